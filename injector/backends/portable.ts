// Volumes that only a cluster has, for backends that are none.

import { type Diagnostic, UserError } from "../diagnostics/diagnostic.ts";
import type { Plan, PlannedVolume } from "../plan/model/plan.ts";

/** The same plan without claims of its own: where no cluster makes them, they are what any volume of the run is. */
export const withoutClaimTemplates = (plan: Plan): Plan => ({
  ...plan,
  volumes: plan.volumes.map((volume) =>
    volume.source.kind === "claimTemplate" ? { ...volume, source: { kind: "empty" } } : volume,
  ),
});

/** The path of a `hostPath`. */
export function hostPathOf(source: PlannedVolume["source"]): string | undefined {
  const hostPath = source.kind === "kubernetes" ? source.raw["hostPath"] : undefined;
  return (hostPath as { path?: string } | undefined)?.path;
}

export const notPortable = (volume: PlannedVolume, target: string): UserError =>
  new UserError([diagnosticOf(volume, target)]);

const OBJECTS = { configMap: "ConfigMap", secret: "Secret", projected: "ConfigMaps and Secrets" } as const;

function diagnosticOf({ name, source }: PlannedVolume, target: string): Diagnostic {
  const objects = source.kind in OBJECTS ? OBJECTS[source.kind as keyof typeof OBJECTS] : undefined;
  const what = source.kind === "kubernetes" ? Object.keys(source.raw).join(", ") : source.kind;
  return {
    code: objects === undefined ? "volume-not-portable" : "data-not-given",
    message: `the volume "${name}" is a ${what}, which ${target} cannot make`,
    severity: "error",
    cure:
      objects === undefined
        ? "bind the workspace to an emptyDir, a claim or a folder"
        : `add a file with ${objects === OBJECTS.projected ? "its" : "that"} ${objects} to the command`,
  };
}
