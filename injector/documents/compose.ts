// Which documents are compose files. Nothing in them says so: they are known by what they have.

import { isRaw } from "./raw.ts";
import type { Raw } from "./spec.ts";

export const isCompose = (data: unknown): data is Raw =>
  isRaw(data) &&
  data["apiVersion"] === undefined &&
  data["kind"] === undefined &&
  ["services", "jobs"].some((field) => isRaw(data[field]));
