// A mount of a volume that neither the Task, nor the run's workspaces, nor its podTemplate have.

import { UserError } from "../../diagnostics/diagnostic.ts";
import { suggestion } from "../../diagnostics/nearest.ts";
import type { PlannedContainer, PlannedVolume } from "../model/plan.ts";

/** Throws UserError with all such mounts. */
export function refuseUnknownVolumes(
  containers: readonly PlannedContainer[],
  volumes: readonly PlannedVolume[],
): void {
  const names = new Set(volumes.map(({ name }) => name));
  const own = [...names].filter((name) => !name.startsWith("tekton-internal-"));
  const unknown = containers.flatMap(({ id, mounts }) =>
    mounts.filter(({ volume }) => !names.has(volume)).map(({ volume, path }) => ({ id, volume, path })),
  );
  if (unknown.length === 0) return;
  throw new UserError(
    unknown.map(({ id, volume, path }) => ({
      code: "unknown-volume",
      severity: "error",
      message: `${id} mounts the volume "${volume}" at ${path}, and there is none of that name`,
      cure: suggestion(
        volume,
        own,
        'declare it among the "volumes" of the Task, or of the run\'s podTemplate',
      ),
    })),
  );
}
