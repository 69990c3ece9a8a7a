// One more file that first steps wait for, so that none begins before all that stands beside it is up: what is refused is
// refused before anything has run, sidecars are ready, and nobody can exchange a directory that is yet to be mounted.

import type { Flags } from "../../../entrypoint/protocol/index.ts";
import { writeBeneath } from "../../beneath/write.ts";
import type { Plan, PlannedStep } from "../../plan/model/plan.ts";
import { placeOf, type VolumePaths } from "./volumes.ts";

/** The flags of a step, which wait for the gate where it waits for nothing else. */
export function gated(step: PlannedStep): Flags {
  const { flags, needs } = step;
  return needs.length > 0 ? flags : { ...flags, wait_file: [...(flags.wait_file ?? []), gateOf(step)] };
}

/** Lets the first steps begin. */
export function openGate({ steps: [first] }: Plan, volumes: VolumePaths): void {
  if (first === undefined) return;
  const { root, path } = placeOf(gateOf(first), first.mounts, volumes);
  writeBeneath(root, path, "");
}

/** Beside the run directories of the steps, where nobody but baton can write. */
const gateOf = ({ flags: { post_file = "" } }: PlannedStep): string =>
  `${post_file.split("/").slice(0, -2).join("/")}/begin`;
