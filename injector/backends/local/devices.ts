// Devices of the machine that a step sees beyond /dev/null and its like: those that were asked for by name, and those of the
// GPUs that a step requests as it would in a cluster.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { asRaw } from "../../documents/raw.ts";
import type { PlannedSidecar, PlannedStep } from "../../plan/model/plan.ts";

export const devicesOf = (
  { container }: PlannedStep | PlannedSidecar,
  given: readonly string[],
): readonly string[] => [...given, ...gpuNodes(asRaw(asRaw(container["resources"])["limits"]))];

/** By the names of Kubernetes' device plugins. */
const GPUS: readonly { readonly resource: string; readonly nodes: RegExp }[] = [
  { resource: "nvidia.com/gpu", nodes: /^nvidia/ },
  { resource: "amd.com/gpu", nodes: /^(kfd|dri)$/ },
  { resource: "gpu.intel.com/i915", nodes: /^dri$/ },
];

function gpuNodes(limits: Readonly<Record<string, unknown>>): readonly string[] {
  const asked = GPUS.filter(({ resource }) => Number(limits[resource] ?? 0) > 0);
  if (asked.length === 0) return [];
  const names = readdirSync("/dev").filter((name) => asked.some(({ nodes }) => nodes.test(name)));
  return names.map((name) => join("/dev", name));
}
