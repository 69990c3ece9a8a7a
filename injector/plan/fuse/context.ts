// What is known once the Tasks of one plan are wired: every step's index, and with it every path of the protocol.

import { HOME_DIR, MESSAGE_LIMIT, messageBudget, postFile } from "../../../entrypoint/protocol/index.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import type { Groups } from "../bind/matrix.ts";
import type { BoundRun } from "../bind/run.ts";
import type { Part } from "../cut/cut.ts";
import type { LeafKey, TaskKey } from "../model/keys.ts";
import { known } from "../model/known.ts";
import { mountOf, ownRunMount, type Places, VOLUME } from "../model/places.ts";
import type { PlanOptions } from "../model/plan-set.ts";
import { inOrder } from "../model/topological.ts";
import { type Leaf, leavesOf, type Unit, unitsOf } from "../model/unit.ts";
import type { TaskGraph } from "../order/graph.ts";
import { type LeafEdges, type Wired, wireTasks } from "./wire.ts";

export interface PodContext {
  readonly run: ResolvedRun;
  readonly options: PlanOptions;
  readonly bound: BoundRun;
  readonly part: Part;
  readonly places: Places;
  /** Outermost Tasks, and all Tasks by key. */
  readonly tops: readonly Unit[];
  readonly units: ReadonlyMap<string, Unit>;
  readonly wired: ReadonlyMap<TaskKey, Wired>;
  readonly edges: LeafEdges;
  /** In the order in which they run. */
  readonly leaves: readonly Leaf[];
  readonly index: ReadonlyMap<LeafKey, number>;
  /** Bytes of termination message for each container; absent where the usual limit is the lower one. */
  readonly budget?: number;
  /** Tasks that do not begin once another one has failed, and would not learn of it by waiting. */
  readonly failFast: ReadonlySet<TaskKey>;
  /** By Task: workspaces that only those of its steps and sidecars see that ask for them by name. */
  readonly isolated: ReadonlyMap<TaskKey, ReadonlySet<string>>;
  /** Tasks that stand for several (a matrix): name → keys. */
  readonly groups: Groups;
}

export function podContext(
  run: ResolvedRun,
  options: PlanOptions,
  bound: BoundRun,
  part: Part,
  graph: TaskGraph,
): PodContext {
  const wiring = wireTasks(part.units, graph);
  const tops = part.units;
  const leaves = inOrder(
    tops.flatMap(leavesOf),
    (leaf) => leaf.id,
    (leaf) => wiring.edges.get(leaf.id)?.keys() ?? [],
  );
  const units = tops.flatMap(unitsOf);
  return {
    run,
    options,
    bound,
    part,
    places: bound.places,
    tops,
    units: new Map(units.map((unit) => [unit.key, unit])),
    wired: wiring.units,
    edges: wiring.edges,
    leaves,
    index: new Map(leaves.map((leaf, at) => [leaf.id, at])),
    failFast: failingFast(tops, graph),
    isolated: new Map(units.map((unit) => [unit.key, isolatedWorkspaces(unit)])),
    groups: bound.groups,
    ...budgetOf(units, leaves),
  };
}

export const unitOf = ({ units }: PodContext, leaf: Leaf): Unit => known(units.get(leaf.unit));
export const indexOf = ({ index }: PodContext, leaf: LeafKey): number => known(index.get(leaf));

/** The run directory of a step, and what it posts to, as any step of the plan sees them. */
export const runDirectory = ({ places }: PodContext, at: number): string =>
  ownRunMount(places, String(at)).path;
export const post = (context: PodContext, at: number): string =>
  context.places.rooted ? `${runDirectory(context, at)}/out` : postFile(at);
/** The posts of all steps of a Task, inner Tasks included. */
export const postsOf = (context: PodContext, unit: Unit): readonly string[] =>
  leavesOf(unit).map((leaf) => post(context, indexOf(context, leaf.id)));

export const homeOf = ({ places }: PodContext, unit: string): string =>
  places.place(mountOf(VOLUME.home, places.subPath(unit), HOME_DIR, false)).path;

/** Containers of the plan: steps, sidecars, and the one that makes the layout. */
function budgetOf(units: readonly Unit[], leaves: readonly Leaf[]): { readonly budget?: number } {
  const sidecars = units.reduce((sum, unit) => sum + unit.sidecars.length, 0);
  const budget = messageBudget(leaves.length + sidecars + 1);
  return budget === MESSAGE_LIMIT ? {} : { budget };
}

function isolatedWorkspaces(unit: Unit): ReadonlySet<string> {
  const steps = unit.elements.flatMap((one) => (one.kind === "step" ? (one.leaf.spec.workspaces ?? []) : []));
  const sidecars = unit.sidecars.flatMap((sidecar) => sidecar.workspaces ?? []);
  return new Set([...steps, ...sidecars].map((use) => use.name));
}

/**
 * Which of the Tasks of one pod must look, before they begin, whether another one has failed: those that wait for some Task,
 * where the pod has others whose failure they would not learn of by waiting. Tasks that wait for nothing begin with the run,
 * as in Tekton.
 */
function failingFast(units: readonly Unit[], graph: TaskGraph): ReadonlySet<TaskKey> {
  const ordinary = units.filter((unit) => !unit.finally).map(({ key }) => key);
  const fatal = units.filter((unit) => !unit.finally && !unit.tolerated).map(({ key }) => key);
  const learntOf = graph.relatives(fatal);
  const waits = (key: TaskKey) => graph.into(key).some(({ because }) => because === "written");
  return new Set(ordinary.filter((key) => waits(key) && learntOf(key) < fatal.length));
}
