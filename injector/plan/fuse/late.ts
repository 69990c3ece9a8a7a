// References that only the running pod can answer: which Tasks a step asks, where their results are, and the mounts
// that let it look there and nowhere else.

import { DOLLAR, type Reference, type TaskRef, type TaskRefs } from "../../../entrypoint/protocol/index.ts";
import { sourceIn } from "../../documents/artifacts.ts";
import { defined } from "../../documents/defined.ts";
import { cacheUse, type WhenExpression } from "../../documents/spec.ts";
import { formatReference, lateReferences } from "../../substitute/text.ts";
import { asksForCount } from "../bind/retry-count.ts";
import { innerKey, parseStepName, taskOf } from "../model/keys.ts";
import { known } from "../model/known.ts";
import { artifactsMount, resultsMount } from "../model/places.ts";
import type { Mount } from "../model/plan.ts";
import { type Leaf, leavesOf, type Unit } from "../model/unit.ts";
import { fileOf, provenanceFiles } from "./artifacts.ts";
import { indexOf, type PodContext, post, postsOf, runDirectory, unitOf } from "./context.ts";

/** What a step leaves for the entrypoint to answer. */
export interface Late {
  /** Expressions that decide about the whole Task, where the step comes first in it. */
  readonly guard: readonly WhenExpression[];
  /** Absent where it asks for nothing. */
  readonly refs?: TaskRefs;
  /** Where the answers are. */
  readonly mounts: readonly Mount[];
  /** Whether its script asks, and so has to be replaced by a copy. */
  readonly inScript: boolean;
}

export function lateOf(context: PodContext, leaf: Leaf): Late {
  const unit = unitOf(context, leaf);
  const { command, args, env, when, script, artifacts, cache } = leaf.spec;
  const pins = artifacts?.inputs?.map(({ digest }) => digest);
  const guard = guardOf(context, leaf, unit);
  const texts = [command, args, env, when, script, guard, pins, cacheUse(cache)?.key];
  const asked = askedTasks(texts);
  const inScript = asksForCount(script) || askedTasks(script).size > 0 || script?.includes(DOLLAR) === true;
  if (asked.size === 0) return { guard, mounts: [], inScript };
  return { guard, ...taskRefs(context, asked, unit, askedArtifacts(texts)), inScript };
}

/** Where a Task's result is once written: a file in a volume. */
export function resultFile(context: PodContext, unit: Unit, name: string): ResultFile {
  const lifted = unit.results.find((result) => result.name === name)?.lifted;
  if (lifted === undefined) return { mount: resultsMount(context.places, unit.key), name };
  const inner = context.units.get(innerKey(unit.key, lifted.element));
  if (inner !== undefined) return resultFile(context, inner, lifted.result);
  const leaf = leavesOf(unit).find((one) => one.unit === unit.key && one.name === lifted.element);
  return { step: indexOf(context, known(leaf).id), name: lifted.result };
}

export type ResultFile =
  /** In a Task's own directory of results … */
  | { readonly mount: Mount; readonly name: string }
  /** … or among a step's results. */
  | { readonly step: number; readonly name: string };

/** The Tasks that these texts ask for results or status; "" is `$(tasks.status)`. */
function askedTasks(texts: unknown): ReadonlySet<string> {
  const asked = new Set<string>();
  for (const { path } of lateReferences(texts))
    asked.add(path.length === 2 && path[1] === "status" ? "" : (path[1] ?? ""));
  return asked;
}

const ARTIFACTS = new Set(["inputs", "outputs"]);

const askedArtifacts = (texts: unknown): readonly Reference[] =>
  lateReferences(texts).filter(({ path }) => ARTIFACTS.has(path[2] ?? ""));

/** The value of `-task_refs` for a step that asks these Tasks, and the mounts it needs. Unknown names are left out. */
function taskRefs(
  context: PodContext,
  asked: ReadonlySet<string>,
  asker: Unit,
  artifacts: readonly Reference[],
) {
  const refs: Record<string, TaskRef> = {};
  const mounts = new Map<string, Mount>();
  for (const key of asked) {
    const found = taskRef(context, key, artifacts);
    if (found === undefined) continue;
    refs[key] = asker.finally ? { ...found.ref, missing: "skip" } : found.ref;
    for (const mount of found.mounts) mounts.set(mount.path, mount);
  }
  return { refs: refs as TaskRefs, mounts: [...mounts.values()] };
}

interface Found {
  readonly ref: TaskRef;
  readonly mounts: readonly Mount[];
}

function taskRef(context: PodContext, key: string, asked: readonly Reference[]): Found | undefined {
  if (key === "") return { ref: { results: "", posts: ordinaryPosts(context) }, mounts: [] };
  const unit = context.units.get(key);
  if (unit !== undefined) return unitRef(context, unit, asked);
  const group = context.groups.get(key);
  if (group !== undefined)
    return groupRef(group.map((one) => unitRef(context, known(context.units.get(one)), [])));
  return stepRef(context, key);
}

const ordinaryPosts = (context: PodContext): readonly string[] =>
  context.tops.filter((unit) => !unit.finally).flatMap((unit) => postsOf(context, unit));

/** A matrix. */
function groupRef(members: readonly Found[]): Found {
  const refs = members.map(({ ref }) => ref);
  return {
    ref: {
      results: "",
      instances: refs.map(({ results, files }) => ({ results, ...defined({ files }) })),
      posts: refs.flatMap(({ posts }) => posts),
      ...(refs.some(({ tolerated }) => tolerated) ? { tolerated: true } : {}),
    },
    mounts: members.flatMap(({ mounts }) => mounts),
  };
}

function unitRef(context: PodContext, unit: Unit, asked: readonly Reference[]): Found {
  const own = resultsMount(context.places, unit.key);
  const lifted = unit.results.filter((result) => result.lifted !== undefined);
  const files = lifted.map((result) => [result.name, resultFile(context, unit, result.name)] as const);
  const paths = files.map(([name, file]) => [name, pathOf(context, file)]);
  const artifacts = provenanceFiles(context, unit);
  const isUndeclared = ({ path: [, task, what, name = ""] }: Reference) =>
    task === unit.key && (what === "inputs" || !Object.hasOwn(artifacts, name));
  const asksUndeclared = asked.some(isUndeclared);
  const undeclared = artifactsMount(context.places, unit.key);
  const provenance = [
    `${undeclared.path}/provenance.json`,
    ...leavesOf(unit).map((leaf) => fileOf(context, leaf)),
  ];
  return {
    ref: {
      results: own.path,
      ...(paths.length === 0 ? {} : { files: Object.fromEntries(paths) }),
      ...(Object.keys(artifacts).length === 0 ? {} : { artifacts }),
      ...(asksUndeclared ? { provenance } : {}),
      ...(unit.tolerated ? { tolerated: true } : {}),
      posts: postsOf(context, unit),
    },
    mounts: [
      own,
      ...(asksUndeclared ? [undeclared] : []),
      ...files.flatMap(([, file]) => ("mount" in file ? [file.mount] : [])),
    ],
  };
}

const pathOf = (context: PodContext, file: ResultFile): string =>
  "mount" in file
    ? `${file.mount.path}/${file.name}`
    : `${runDirectory(context, file.step)}/status/results/${file.name}`;

/** A step of an outer Task, as its inner Tasks know it. */
function stepRef(context: PodContext, name: string): Found | undefined {
  const { task, step } = parseStepName(name) ?? {};
  const unit = task && context.units.get(task);
  const leaf = unit && leavesOf(unit).find((one) => one.unit === task && one.name === step);
  if (leaf === undefined) return undefined;
  const at = indexOf(context, leaf.id);
  return {
    ref: { results: `${runDirectory(context, at)}/status/results`, posts: [post(context, at)] },
    mounts: [],
  };
}

/**
 * Whether a Task runs at all is decided by its first steps, at run time: by its own `when`, by that of the Tasks around
 * it, and by the results it needs. The expressions of `-task_when`, for a step that waits for none of its own Task;
 * empty for the others.
 */
function guardOf(context: PodContext, leaf: Leaf, unit: Unit): readonly WhenExpression[] {
  const needs = [...(context.edges.get(leaf.id)?.keys() ?? [])];
  if (needs.some((need) => taskOf(need) === leaf.unit)) return [];
  const around = [...unit.parents, unit.key].map((key) => known(context.units.get(key)));
  return around.flatMap((one) => [
    ...neededResults(context, one),
    ...neededArtifacts(context, one),
    ...one.when,
  ]);
}

/**
 * One expression for each result that the Task's params are made of. "Not in nothing" is always true, so it asks
 * only whether the result is there, before any step of the Task has run.
 */
function neededResults(context: PodContext, unit: Unit): readonly WhenExpression[] {
  const needed = new Set<string>();
  for (const { path } of lateReferences([...unit.params.values()])) {
    const [, task = "", what, name = ""] = path;
    if (what === "results" && context.units.has(task))
      needed.add(formatReference(["tasks", task, "results", name]));
  }
  return [...needed].map(isThere);
}

/** "Not in nothing" is always true, where there is something. */
const isThere = (input: string): WhenExpression => ({ input, operator: "notin", values: [] });

/** A Task whose data a skipped one should have left is skipped with it. */
const neededArtifacts = (context: PodContext, unit: Unit): readonly WhenExpression[] =>
  unit.inputs.flatMap(({ from }) => {
    const source = from === undefined ? undefined : sourceIn(from);
    if (source?.room !== "tasks" || !context.units.has(source.owner)) return [];
    return [isThere(formatReference(["tasks", source.owner, "outputs", source.output, "digest"]))];
  });
