// No step begins before all containers of its run are up: what an engine refuses is refused before anything has run, sidecars
// are ready, and no step can exchange a directory that is yet to be mounted. First steps wait for one more file.

import { type Flags, RUN_DIR } from "../../../../entrypoint/protocol/index.ts";
import { writeBeneath } from "../../../beneath/write.ts";
import type { Plan, PlannedStep } from "../../../plan/model/plan.ts";
import { placeOf, type VolumePaths } from "../../host/volumes.ts";

const GATE = `${RUN_DIR}/begin`;

/** The flags of a step, which wait for the gate where it waits for nothing else. */
export function gated(plan: Plan, { flags, needs }: PlannedStep): Flags {
  if (needs.length > 0 || !hasGate(plan)) return flags;
  return { ...flags, wait_file: [...(flags.wait_file ?? []), GATE] };
}

/** Lets the first steps begin. */
export function openGate(plan: Plan, volumes: VolumePaths): void {
  const [first] = plan.steps;
  if (first === undefined || !hasGate(plan)) return;
  const { root, path } = placeOf(GATE, first.mounts, volumes);
  writeBeneath(root, path, "");
}

/** One container by itself has nothing to wait for. */
const hasGate = ({ steps, sidecars }: Plan): boolean => steps.length + sidecars.length > 1;
