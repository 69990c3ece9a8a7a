// References that only the running pod can answer: which Tasks a step asks, where their results are, and the mounts
// that let it look there and nowhere else.

import { DOLLAR, type Reference, type TaskRef, type TaskRefs } from "../../../entrypoint/protocol/index.ts";
import type { WhenExpression } from "../../documents/spec.ts";
import { lateReferences } from "../../substitute/text.ts";
import { asksForCount } from "../bind/retry-count.ts";
import { innerKey, parseStepName } from "../model/keys.ts";
import { known } from "../model/known.ts";
import { artifactsMount, resultsMount } from "../model/places.ts";
import type { Mount } from "../model/plan.ts";
import { type Leaf, leavesOf, type Unit } from "../model/unit.ts";
import { fileOf, provenanceFiles } from "./artifacts.ts";
import { type Fusing, indexOf, post, postsOf, runDirectory, unitOf } from "./fusing.ts";
import { guardOf } from "./guard.ts";

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

export function lateOf(fused: Fusing, leaf: Leaf): Late {
  const unit = unitOf(fused, leaf);
  const { command, args, env, when, script, artifacts } = leaf.spec;
  const pins = artifacts?.inputs?.map(({ digest }) => digest);
  const guard = guardOf(fused, leaf, unit);
  const texts = [command, args, env, when, script, guard, pins];
  const asked = askedTasks(texts);
  const inScript = asksForCount(script) || askedTasks(script).size > 0 || script?.includes(DOLLAR) === true;
  if (asked.size === 0) return { guard, mounts: [], inScript };
  return { guard, ...taskRefs(fused, asked, unit, askedArtifacts(texts)), inScript };
}

/** Where a Task's result is once written: a file in a volume. */
export function resultFile(fused: Fusing, unit: Unit, name: string): ResultFile {
  const lifted = unit.results.find((result) => result.name === name)?.lifted;
  if (lifted === undefined) return { mount: resultsMount(fused.places, unit.key), name };
  const inner = fused.units.get(innerKey(unit.key, lifted.element));
  if (inner !== undefined) return resultFile(fused, inner, lifted.result);
  const leaf = leavesOf(unit).find((one) => one.unit === unit.key && one.name === lifted.element);
  return { step: indexOf(fused, known(leaf).id), name: lifted.result };
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
function taskRefs(fused: Fusing, asked: ReadonlySet<string>, asker: Unit, artifacts: readonly Reference[]) {
  const refs: Record<string, TaskRef> = {};
  const mounts = new Map<string, Mount>();
  for (const key of asked) {
    const found = taskRef(fused, key, artifacts);
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

function taskRef(fused: Fusing, key: string, asked: readonly Reference[]): Found | undefined {
  if (key === "") return { ref: { results: "", posts: ordinaryPosts(fused) }, mounts: [] };
  const unit = fused.units.get(key);
  if (unit !== undefined) return unitRef(fused, unit, asked);
  const group = fused.groups.get(key);
  if (group !== undefined)
    return groupRef(group.map((one) => unitRef(fused, known(fused.units.get(one)), [])));
  return stepRef(fused, key);
}

const ordinaryPosts = (fused: Fusing): readonly string[] =>
  fused.tops.filter((unit) => !unit.finally).flatMap((unit) => postsOf(fused, unit));

/** A matrix. */
function groupRef(members: readonly Found[]): Found {
  const refs = members.map(({ ref }) => ref);
  return {
    ref: {
      results: "",
      instances: refs.map(({ results, files }) => ({ results, ...(files === undefined ? {} : { files }) })),
      posts: refs.flatMap(({ posts }) => posts),
      ...(refs.some(({ tolerated }) => tolerated) ? { tolerated: true } : {}),
    },
    mounts: members.flatMap(({ mounts }) => mounts),
  };
}

function unitRef(fused: Fusing, unit: Unit, asked: readonly Reference[]): Found {
  const own = resultsMount(fused.places, unit.key);
  const lifted = unit.results.filter((result) => result.lifted !== undefined);
  const files = lifted.map((result) => [result.name, resultFile(fused, unit, result.name)] as const);
  const paths = files.map(([name, file]) => [name, pathOf(fused, file)]);
  const artifacts = provenanceFiles(fused, unit);
  const isUndeclared = ({ path: [, task, what, name = ""] }: Reference) =>
    task === unit.key && (what === "inputs" || !Object.hasOwn(artifacts, name));
  const asksUndeclared = asked.some(isUndeclared);
  const undeclared = artifactsMount(fused.places, unit.key);
  const provenance = [
    `${undeclared.path}/provenance.json`,
    ...leavesOf(unit).map((leaf) => fileOf(fused, leaf)),
  ];
  return {
    ref: {
      results: own.path,
      ...(paths.length === 0 ? {} : { files: Object.fromEntries(paths) }),
      ...(Object.keys(artifacts).length === 0 ? {} : { artifacts }),
      ...(asksUndeclared ? { provenance } : {}),
      ...(unit.tolerated ? { tolerated: true } : {}),
      posts: postsOf(fused, unit),
    },
    mounts: [
      own,
      ...(asksUndeclared ? [undeclared] : []),
      ...files.flatMap(([, file]) => ("mount" in file ? [file.mount] : [])),
    ],
  };
}

const pathOf = (fused: Fusing, file: ResultFile): string =>
  "mount" in file
    ? `${file.mount.path}/${file.name}`
    : `${runDirectory(fused, file.step)}/status/results/${file.name}`;

/** A step of an outer Task, as its inner Tasks know it. */
function stepRef(fused: Fusing, name: string): Found | undefined {
  const { task, step } = parseStepName(name) ?? {};
  const unit = task && fused.units.get(task);
  const leaf = unit && leavesOf(unit).find((one) => one.unit === task && one.name === step);
  if (leaf === undefined) return undefined;
  const at = indexOf(fused, leaf.id);
  return {
    ref: { results: `${runDirectory(fused, at)}/status/results`, posts: [post(fused, at)] },
    mounts: [],
  };
}
