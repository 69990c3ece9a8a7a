// Artifacts of one step with everything replaced that is known before the run: where its data is, and what of the
// Task's data that is.

import { sourceIn } from "../../documents/artifacts.ts";
import type { Artifacts, StepSpec } from "../../documents/spec.ts";
import { asDataUnless } from "../../substitute/data.ts";
import { type Lookup, substituteDeep, substituteText } from "../../substitute/text.ts";
import type { Element } from "../model/unit.ts";
import { laterInStep } from "./settled.ts";

/** An input without a path of its own is where the earlier step has it that leaves it. */
export function bindArtifacts(
  { artifacts }: StepSpec,
  lookup: Lookup,
  earlier: readonly Element[],
): Artifacts | undefined {
  if (artifacts === undefined) return undefined;
  const { inputs, outputs } = substituteDeep(artifacts, lookup);
  return {
    ...(inputs && {
      inputs: inputs.map((input) => ({ ...input, ...pathOf(input.path ?? pathLeft(input.from, earlier)) })),
    }),
    ...(outputs && { outputs }),
  };
}

/** `$(inputs.<name>.path)` and `$(outputs.<name>.path)`. */
export const artifactLookup =
  (artifacts: Artifacts | undefined): Lookup =>
  ({ path: [room, name, field, more], index }) => {
    if (artifacts === undefined || field !== "path" || more !== undefined || index !== undefined)
      return undefined;
    if (room !== "inputs" && room !== "outputs") return undefined;
    const declared: readonly { readonly name: string; readonly path?: string }[] = artifacts[room] ?? [];
    const path = declared.find((one) => one.name === name)?.path;
    return path === undefined ? undefined : substituteText(path, () => undefined, asDataUnless(laterInStep));
  };

/** Members of the same Task whose artifacts these inputs are. */
export const giversOf = (inputs: readonly { readonly from?: string }[] = []): readonly string[] =>
  inputs.flatMap(({ from }) => {
    const source = from === undefined ? undefined : sourceIn(from);
    return source?.room === "steps" ? [source.owner] : [];
  });

const pathOf = (path: string | undefined) => (path === undefined ? {} : { path });

function pathLeft(from: string | undefined, earlier: readonly Element[]): string | undefined {
  const source = from === undefined ? undefined : sourceIn(from);
  const giver = earlier.find((element) => element.kind === "step" && element.leaf.name === source?.owner);
  if (giver?.kind !== "step") return undefined;
  return giver.leaf.spec.artifacts?.outputs?.find(({ name }) => name === source?.output)?.path;
}
