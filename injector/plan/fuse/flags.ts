// What each step's entrypoint is told: the flag table, filled in from the wired plan.

import { type Flags, parseDuration } from "../../../entrypoint/protocol/index.ts";
import { typeOfResult } from "../../documents/param-types.ts";
import type { ResultSpec, StepSpec } from "../../documents/spec.ts";
import { known } from "../model/known.ts";
import { taskPlaces } from "../model/places.ts";
import type { Edge } from "../model/plan.ts";
import type { Leaf, Unit, UnitResult } from "../model/unit.ts";
import { declaredArtifacts } from "./artifacts.ts";
import { indexOf, type PodContext, post, runDirectory, unitOf } from "./context.ts";
import type { Late } from "./late.ts";

/** Flags without those that are undefined, and the references they serve. */
export function stepFlags(context: PodContext, leaf: Leaf, id: string, late: Late): Flags {
  const unit = unitOf(context, leaf);
  const at = indexOf(context, leaf.id);
  return compact({
    ...waiting(context, leaf),
    post_file: post(context, at),
    step_name: id,
    step_metadata_dir: `${runDirectory(context, at)}/status`,
    ...reporting(context, leaf, unit),
    ...running(leaf.spec),
    artifacts: textOf(declaredArtifacts(context, leaf)),
    ...ofTask(context, leaf, unit, late),
    ...ofPlaces(context, unit, at),
  });
}

/** Drops what is undefined or an empty list: a flag that is not given is absent. */
export const compact = (flags: { readonly [N in keyof Flags]: Flags[N] | undefined }): Flags =>
  Object.fromEntries(
    Object.entries(flags).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );

function waiting(context: PodContext, leaf: Leaf) {
  const files = (on: Edge["on"]) =>
    [...(context.edges.get(leaf.id) ?? [])]
      .filter(([, mode]) => mode === on)
      .map(([need]) => post(context, indexOf(context, need)));
  return { wait_file: files("succeeded"), wait_settled: files("settled") };
}

function reporting(context: PodContext, leaf: Leaf, unit: Unit) {
  const written = unit.results.filter((result) => result.lifted === undefined).map((result) => result.name);
  const own = (leaf.spec.results ?? []).map((result) => result.name);
  return {
    termination_budget: context.budget,
    result_overflow: context.options.resultOverflow ?? "spill",
    results: written,
    step_results: own,
    result_types: endsTask(leaf, unit) ? typesOf(unit.results.filter(isWritten)) : undefined,
    step_result_types: typesOf([...(leaf.spec.results ?? []), ...liftedFrom(leaf, unit)]),
  };
}

const isWritten = ({ lifted }: UnitResult): boolean => lifted === undefined;

/** Its results are all there when the last of its steps has ended; of a graph of steps each looks when it ends itself. */
function endsTask(leaf: Leaf, { elements }: Unit): boolean {
  const isList = elements.every(({ needs }) => needs === undefined);
  const last = elements.findLast((one) => one.kind === "step");
  return !isList || (last?.kind === "step" && last.leaf.id === leaf.id);
}

/** The Task's results that are this step's, as the Task declares them. */
const liftedFrom = (leaf: Leaf, { results }: Unit): readonly ResultSpec[] =>
  results.flatMap(({ lifted, ...result }) =>
    lifted?.element === leaf.name ? [{ ...result, name: lifted.result }] : [],
  );

/** As `-result_types` has them; undefined where all are texts. */
function typesOf(results: readonly ResultSpec[]): string | undefined {
  const types = results.flatMap((result) => {
    const type = typeOfResult(result);
    const keys = Object.keys(result.properties ?? {});
    return type === "string" ? [] : [[result.name, { type, ...(keys.length > 0 && { keys }) }] as const];
  });
  return types.length === 0 ? undefined : JSON.stringify(Object.fromEntries(types));
}

function running({ when = [], timeout, onError, retries = 0, stdoutConfig, stderrConfig }: StepSpec) {
  return {
    when_expressions: when.length === 0 ? undefined : JSON.stringify(when),
    timeout: timeout === undefined ? undefined : positive(parseDuration(timeout)),
    on_error: onError === "" ? undefined : onError,
    retries: positive(retries),
    stdout_path: stdoutConfig?.path,
    stderr_path: stderrConfig?.path,
  };
}

function ofTask(context: PodContext, leaf: Leaf, unit: Unit, { guard, refs, inScript }: Late) {
  return {
    task_name: unit.key,
    ...failing(context, leaf, unit),
    task_when: guard.length === 0 ? undefined : JSON.stringify(guard),
    task_refs: refs && JSON.stringify(refs),
    script: inScript ? scriptPath(context, leaf) : undefined,
    ...limits(context, unit, leaf.always),
  };
}

/** What Tasks that need nothing of each other must know of each other's failures. */
function failing(context: PodContext, leaf: Leaf, unit: Unit) {
  const top = unit.parents[0] ?? unit.key;
  const tolerated = known(context.units.get(top)).tolerated;
  const isFirst = known(context.wired.get(top)).entries.has(leaf.id);
  return {
    fail_fast: context.failFast.has(top) && isFirst ? true : undefined,
    task_tolerated: tolerated && context.failFast.size > 0 ? true : undefined,
  };
}

/** Retries and timeouts of the Task itself, or of the nearest Task around it that has some; cleaning up has neither. */
function limits(context: PodContext, unit: Unit, always: boolean) {
  const around = always ? [] : tried(context, unit);
  const retried = around.find((one) => one.retries > 0);
  const timed = taskTimeout(context, around);
  return {
    run_timeout: positive(unit.finally ? context.run.timeouts.run : ordinaryTimeout(context)),
    task_retries: retried?.retries,
    task_end: retried && post(context, indexOf(context, known(wiredOf(context, retried).last))),
    task_timeout: timed?.milliseconds,
    task_start: timed && post(context, indexOf(context, known(wiredOf(context, timed.from).first))),
  };
}

/** The Task and those around it, innermost first, up to one that cleans up after the rest. */
function tried(context: PodContext, unit: Unit): readonly Unit[] {
  const around = [...unit.parents, unit.key].reverse().map((key) => known(context.units.get(key)));
  const cleaner = around.findIndex((one) => one.always);
  return cleaner < 0 ? around : around.slice(0, cleaner + 1);
}

/** `around`: the Task and those around it, innermost first. Tasks of `finally` share a limit that starts with them. */
function taskTimeout({ run }: PodContext, around: readonly Unit[]) {
  const nearest = around.find((one) => one.timeout !== undefined);
  const top = around.at(-1);
  const shared = top?.finally ? run.timeouts.finally : undefined;
  if (top !== undefined && shared !== undefined && shared < (nearest?.timeout ?? Number.POSITIVE_INFINITY))
    return { milliseconds: shared, from: top };
  return nearest?.timeout === undefined ? undefined : { milliseconds: nearest.timeout, from: nearest };
}

const wiredOf = (context: PodContext, unit: Unit) => known(context.wired.get(unit.key));

function ordinaryTimeout({ run }: PodContext): number | undefined {
  const { run: whole, tasks } = run.timeouts;
  if (whole === undefined || tasks === undefined) return tasks ?? whole;
  return Math.min(whole, tasks);
}

/** Only where paths are real directories must the entrypoint be told where Tekton's are. */
function ofPlaces(context: PodContext, unit: Unit, at: number) {
  if (!context.places.rooted) return {};
  const where = taskPlaces(context.places, unit.key);
  return {
    results_dir: where.results,
    steps_dir: where.steps,
    artifacts_dir: where.artifacts,
    termination_path: `${runDirectory(context, at)}/termination`,
  };
}

export const scriptPath = (context: PodContext, leaf: Leaf): string =>
  `${taskPlaces(context.places, leaf.unit).scripts}/script-${leaf.position}`;

const textOf = (value: object | undefined): string | undefined => value && JSON.stringify(value);

const positive = (value: number | undefined): number | undefined =>
  value === undefined || value <= 0 ? undefined : value;
