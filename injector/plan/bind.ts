// From a resolved Task to a unit: params valued, workspaces bound to volumes, every reference replaced that has an
// answer before the run. What is left in place is the entrypoint's: `$(steps.…)` and `$(tasks.…)`.

import type { ResolvedRun, ResolvedStep, ResolvedTask } from "../resolved.ts";
import { paramLookup, paramValues } from "../substitute/params.ts";
import { stepLookup, type TaskPlaces, taskLookup } from "../substitute/task.ts";
import { firstOf, formatReference, type Lookup, substituteDeep, substituteText } from "../substitute/text.ts";
import { mergeContainer } from "./merge.ts";
import { join, type Places, taskPlaces } from "./places.ts";
import { bindStep } from "./step-fields.ts";
import {
  type BoundWorkspace,
  type Element,
  innerKey,
  type Leaf,
  type Piece,
  stepKey,
  type Unit,
  type UnitResult,
} from "./unit.ts";

/** What a Task gets from around it: the run, or the Task it stands in. */
export interface Surroundings {
  readonly run: ResolvedRun;
  readonly places: Places;
  readonly key: string;
  readonly parents: readonly string[];
  readonly finally: boolean;
  /** Answers the references in what is handed to the Task: its params and `when`. */
  readonly outer: Lookup;
  /** The workspaces it may be given, by their names out there. */
  readonly pieces: ReadonlyMap<string, Piece>;
}

export function bindTask(task: ResolvedTask, around: Surroundings): Unit {
  const { key, places } = around;
  const workspaces = bindWorkspaces(task, around);
  const inner = new Set(task.spec.steps.flatMap((step) => (step.kind === "task" ? [step.name] : [])));
  const where = taskPlaces(places, key);
  const facts = taskLookup(where, workspaceFacts(workspaces, places), contextOf(task, around));
  // A given value may speak of the Task's own workspaces (`value: $(workspaces.source.path)/x`), as in Tekton.
  const params = paramValues(task.spec.params ?? [], task.params, firstOf(around.outer, facts));
  const lookup = firstOf(paramLookup(params), facts, innerResults(key, inner), otherTasks(around.outer));
  const template = substituteDeep(task.spec.stepTemplate, lookup);
  const bind = { task, around, workspaces, where, lookup, template };
  return {
    key,
    parents: around.parents,
    ...(task.displayName === undefined ? {} : { displayName: substituteText(task.displayName, lookup) }),
    finally: around.finally,
    elements: task.spec.steps.map((step, position) => bindElement(step, position, bind)),
    results: (task.spec.results ?? []).map((result) => liftedResult(result)),
    workspaces,
    sidecars: substituteDeep(task.spec.sidecars ?? [], lookup),
    volumes: substituteDeep(task.spec.volumes ?? [], lookup),
    when: substituteDeep(task.when, around.outer),
    params,
    retries: task.retries,
    ...(task.timeout === undefined ? {} : { timeout: task.timeout }),
    tolerated: task.onError === "continue",
    ...(task.pod === undefined ? {} : { pod: task.pod }),
    ...(task.computeResources === undefined ? {} : { computeResources: task.computeResources }),
  };
}

// --- Internal helpers ---

interface Bind {
  readonly task: ResolvedTask;
  readonly around: Surroundings;
  readonly workspaces: readonly BoundWorkspace[];
  readonly where: TaskPlaces;
  readonly lookup: Lookup;
  readonly template: ResolvedTask["spec"]["stepTemplate"];
}

function bindElement(resolved: ResolvedStep, position: number, bind: Bind): Element {
  if (resolved.kind === "task") return bindInner(resolved.name, resolved.task, bind);
  const { key } = bind.around;
  const name = resolved.step.name ?? `unnamed-${position}`;
  const lookup = firstOf(stepLookup(bind.where, name), bind.lookup);
  const spec = mergeContainer(bind.template, bindStep(resolved, lookup));
  const { needs, finally: always = false } = resolved.step;
  const leaf: Leaf = { id: `${key}/${position}`, unit: key, position, name, spec, always };
  return { kind: "step", leaf, ...(needs === undefined ? {} : { needs }) };
}

function bindInner(name: string, task: ResolvedTask, bind: Bind): Element {
  const { key, parents } = bind.around;
  const unit = bindTask(task, {
    ...bind.around,
    key: innerKey(key, name),
    parents: [...parents, key],
    outer: firstOf(bind.lookup, stepResults(key)),
    pieces: handedDown(bind),
  });
  return { kind: "unit", name, unit, ...(task.runAfter.length === 0 ? {} : { needs: task.runAfter }) };
}

/** The run's workspaces by its own names; what the outer Task may only read, the inner one may only read. */
function handedDown({ task, around, workspaces }: Bind): ReadonlyMap<string, Piece> {
  const readOnly = new Map(workspaces.map((one) => [one.name, one.readOnly]));
  const pieces = new Map(around.pieces);
  for (const { name, workspace } of task.workspaces) {
    const piece = pieces.get(workspace);
    if (piece !== undefined && readOnly.get(name) === true)
      pieces.set(workspace, { ...piece, readOnly: true });
  }
  return pieces;
}

function bindWorkspaces(task: ResolvedTask, { pieces, outer }: Surroundings): readonly BoundWorkspace[] {
  const given = new Map(task.workspaces.map((one) => [one.name, one]));
  return (task.spec.workspaces ?? []).map(({ name, mountPath, readOnly = false }) => {
    const use = given.get(name);
    const piece = use === undefined ? undefined : pieces.get(use.workspace);
    const place = { name, mountPath: mountPath ?? `/workspace/${name}`, readOnly };
    if (piece === undefined) return place;
    const part = below(piece, use?.subPath === undefined ? "" : substituteText(use.subPath, outer));
    return { ...place, readOnly: readOnly || piece.readOnly, piece: part };
  });
}

function below(piece: Piece, directory: string): Piece {
  if (directory === "") return piece;
  return { ...piece, subPath: piece.subPath === undefined ? directory : join(piece.subPath, directory) };
}

const workspaceFacts = (workspaces: readonly BoundWorkspace[], places: Places) =>
  new Map(
    workspaces.map(({ name, mountPath, readOnly, piece }) => [
      name,
      piece === undefined
        ? { path: "", bound: false, claim: "", volume: "" }
        : {
            path: places.place({ ...piece, path: mountPath, readOnly }).path,
            bound: true,
            claim: piece.claim,
            volume: piece.volume,
          },
    ]),
  );

function contextOf(task: ResolvedTask, { run, key }: Surroundings): ReadonlyMap<string, string> {
  const { context } = run;
  const own = `${run.name}-${key}`;
  return new Map([
    ["taskRun.name", own],
    ["taskRun.namespace", context["pipelineRun.namespace"] ?? ""],
    ["taskRun.uid", context["pipelineRun.uid"] ?? ""],
    ["task.retry-count", "0"],
    ["pipelineTask.retries", String(task.retries)],
    ...Object.entries(context),
    ["task.name", task.taskName],
  ]);
}

/** Embedded Tasks may name results of other Tasks anywhere, and so does the run know them (a matrix, Tasks that are done). */
const otherTasks =
  (outer: Lookup): Lookup =>
  (reference) =>
    reference.path[0] === "tasks" ? outer(reference) : undefined;

/** `$(steps.build.results.digest)` where `build` is a Task in this Task: another Task's result. */
const innerResults =
  (key: string, inner: ReadonlySet<string>): Lookup =>
  ({ path, index }) => {
    const [room, step = "", what, ...rest] = path;
    if (room !== "steps" || what !== "results" || !inner.has(step)) return undefined;
    return formatReference(["tasks", innerKey(key, step), "results", ...rest], index);
  };

/** `$(steps.s.results.r)` handed to an inner Task: there it must still mean this Task's step. */
const stepResults =
  (key: string): Lookup =>
  ({ path, index }) => {
    const [room, step = "", what, ...rest] = path;
    if (room !== "steps" || what !== "results") return undefined;
    return formatReference(["tasks", stepKey(key, step), "results", ...rest], index);
  };

function liftedResult(result: NonNullable<ResolvedTask["spec"]["results"]>[number]): UnitResult {
  const match = /^\$\(steps\.([^.]+)\.results\.([^[\])]+)(?:\[\*\])?\)$/.exec(String(result.value ?? ""));
  if (match === null) return result;
  return { ...result, lifted: { element: match[1] ?? "", result: match[2] ?? "" } };
}
