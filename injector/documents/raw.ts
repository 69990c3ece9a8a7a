// Maps whose fields are not ours to know, because Kubernetes owns them or because they have not been checked yet.

import type { Raw } from "./spec.ts";

/** Whether a value is a map: neither a list nor null nor a scalar. */
export const isRaw = (value: unknown): value is Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The map, or an empty one for anything else. */
export const asRaw = (value: unknown): Raw => (isRaw(value) ? value : {});
