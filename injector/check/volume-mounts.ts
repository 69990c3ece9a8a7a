// Mounts name volumes of the Task. A run's podTemplate may have more of them, so here it is a warning; the plan knows.

import { suggestion } from "../diagnostics/nearest.ts";
import type { ContainerFields, TaskSpec } from "../documents/spec.ts";
import { type Cursor, type Faults, fault, within } from "./cursor.ts";

/** The cursor is at the container. */
export function* checkVolumeMounts(cursor: Cursor, container: ContainerFields, task: TaskSpec): Faults {
  const declared = (task.volumes ?? []).map(({ name }) => String(name));
  for (const [index, { name }] of (container.volumeMounts ?? []).entries()) {
    if (typeof name !== "string" || name.includes("$(") || declared.includes(name)) continue;
    const cure = suggestion(name, declared, 'declare it among the "volumes" of the Task');
    const said = fault(
      within(cursor, "volumeMounts", index, "name"),
      "unknown-volume",
      `the Task has no volume "${name}"`,
      cure,
    );
    yield { ...said, severity: "warning" };
  }
}
