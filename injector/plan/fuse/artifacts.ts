// Which step leaves what another is given, and where its entrypoint writes that down: the value of -artifacts.

import {
  type DeclaredArtifacts,
  type DeclaredInput,
  provenanceFile,
} from "../../../entrypoint/protocol/index.ts";
import { sourceIn } from "../../documents/artifacts.ts";
import { type Leaf, leavesOf, type Unit } from "../model/unit.ts";
import { indexOf, type PodContext, runDirectory, unitOf } from "./context.ts";

/** undefined where the step declares none. */
export function declaredArtifacts(context: PodContext, leaf: Leaf): DeclaredArtifacts | undefined {
  const { inputs = [], outputs = [] } = leaf.spec.artifacts ?? {};
  if (inputs.length + outputs.length === 0) return undefined;
  const unit = unitOf(context, leaf);
  return {
    ...(inputs.length === 0
      ? {}
      : {
          inputs: inputs.map(({ name, path = "", from, digest: pinned }) => {
            const { digest: left, ...source } = sourceOf(context, unit, name, from);
            const digest = { ...left, ...pinned };
            return { name, path, ...source, ...(Object.keys(digest).length === 0 ? {} : { digest }) };
          }),
        }),
    ...(outputs.length === 0 ? {} : { outputs }),
  };
}

/** The provenance.json of each of the Task's outputs. */
export function provenanceFiles(context: PodContext, unit: Unit): Readonly<Record<string, string>> {
  const pairs = leavesOf(unit).flatMap((leaf) =>
    (leaf.spec.artifacts?.outputs ?? []).map(({ name }) => [name, fileOf(context, leaf)] as const),
  );
  return Object.fromEntries(pairs);
}

/** What one step leaves. */
export const fileOf = (context: PodContext, leaf: Leaf): string =>
  provenanceFile(`${runDirectory(context, indexOf(context, leaf.id))}/status`);

/** A file of this plan, or what an earlier plan of the run has left. */
type Source = Pick<DeclaredInput, "from" | "output" | "digest">;

/** Through the Tasks around it, to the step that leaves it; nothing where nobody in this plan does. */
function sourceOf(context: PodContext, unit: Unit, name: string, from: string | undefined): Source {
  if (from !== undefined) return leftBy(context, unit, from);
  const around = context.units.get(unit.parents.at(-1) ?? "");
  const binding = unit.inputs.find((one) => one.name === name);
  if (binding === undefined) return {};
  if (around !== undefined) return sourceOf(context, around, name, binding.from);
  return binding.from === undefined ? {} : leftBy(context, unit, binding.from);
}

/** `unit` is the Task in which the text stands. */
function leftBy(context: PodContext, unit: Unit, from: string): Source {
  const source = sourceIn(from);
  if (source === undefined) return {};
  const { room, owner, output } = source;
  const leaves = room === "tasks" ? leavesOfTask(context, owner) : leavesOfMember(unit, owner);
  const leaf = leaves.find(({ spec }) => spec.artifacts?.outputs?.some((one) => one.name === output));
  if (leaf !== undefined) return { from: fileOf(context, leaf), output };
  const left = room === "tasks" ? context.bound.done[owner]?.artifacts?.[output] : undefined;
  return left === undefined ? {} : { digest: left.digest };
}

function leavesOfTask({ units }: PodContext, key: string): readonly Leaf[] {
  const unit = units.get(key);
  return unit === undefined ? [] : leavesOf(unit);
}

const leavesOfMember = ({ elements }: Unit, name: string): readonly Leaf[] =>
  elements.flatMap((element) => {
    if (element.kind === "step") return element.leaf.name === name ? [element.leaf] : [];
    return element.name === name ? leavesOf(element.unit) : [];
  });
