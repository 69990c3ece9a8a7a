// What each step's entrypoint is told: the flag table, filled in from the wired plan.

import { type Flags, parseDuration } from "../../../entrypoint/protocol/index.ts";
import type { StepSpec } from "../../documents/spec.ts";
import { known } from "../model/known.ts";
import { taskPlaces } from "../model/places.ts";
import type { Edge } from "../model/plan.ts";
import type { Leaf, Unit } from "../model/unit.ts";
import { declaredArtifacts } from "./artifacts.ts";
import { type Fusing, indexOf, post, runDirectory, unitOf } from "./fusing.ts";
import type { Late } from "./late.ts";

/** Flags without those that are undefined, and the references they serve. */
export function stepFlags(fused: Fusing, leaf: Leaf, id: string, late: Late): Flags {
  const unit = unitOf(fused, leaf);
  const at = indexOf(fused, leaf.id);
  return compact({
    ...waiting(fused, leaf),
    post_file: post(fused, at),
    step_name: id,
    step_metadata_dir: `${runDirectory(fused, at)}/status`,
    ...reporting(fused, leaf, unit),
    ...running(leaf.spec),
    artifacts: textOf(declaredArtifacts(fused, leaf)),
    ...ofTask(fused, leaf, unit, late),
    ...ofPlaces(fused, unit, at),
  });
}

/** Drops what is undefined or an empty list: a flag that is not given is absent. */
export const compact = (flags: { readonly [N in keyof Flags]: Flags[N] | undefined }): Flags =>
  Object.fromEntries(
    Object.entries(flags).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );

function waiting(fused: Fusing, leaf: Leaf) {
  const files = (on: Edge["on"]) =>
    [...(fused.edges.get(leaf.id) ?? [])]
      .filter(([, mode]) => mode === on)
      .map(([need]) => post(fused, indexOf(fused, need)));
  return { wait_file: files("succeeded"), wait_settled: files("settled") };
}

function reporting(fused: Fusing, leaf: Leaf, unit: Unit) {
  const written = unit.results.filter((result) => result.lifted === undefined).map((result) => result.name);
  const own = (leaf.spec.results ?? []).map((result) => result.name);
  return {
    termination_budget: fused.budget,
    result_overflow: fused.options.resultOverflow ?? "spill",
    results: written,
    step_results: own,
  };
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

function ofTask(fused: Fusing, leaf: Leaf, unit: Unit, { guard, refs, inScript }: Late) {
  return {
    task_name: unit.key,
    ...failing(fused, leaf, unit),
    task_when: guard.length === 0 ? undefined : JSON.stringify(guard),
    task_refs: refs && JSON.stringify(refs),
    script: inScript ? scriptPath(fused, leaf) : undefined,
    ...limits(fused, unit, leaf.always),
  };
}

/** What Tasks that need nothing of each other must know of each other's failures. */
function failing(fused: Fusing, leaf: Leaf, unit: Unit) {
  const top = unit.parents[0] ?? unit.key;
  const tolerated = known(fused.units.get(top)).tolerated;
  const isFirst = known(fused.wired.get(top)).entries.has(leaf.id);
  return {
    fail_fast: fused.failFast.has(top) && isFirst ? true : undefined,
    task_tolerated: tolerated && fused.failFast.size > 0 ? true : undefined,
  };
}

/** Retries and timeouts of the Task itself, or of the nearest Task around it that has some; cleaning up has neither. */
function limits(fused: Fusing, unit: Unit, always: boolean) {
  const around = always ? [] : tried(fused, unit);
  const retried = around.find((one) => one.retries > 0);
  const timed = taskTimeout(fused, around);
  return {
    run_timeout: positive(unit.finally ? fused.run.timeouts.run : ordinaryTimeout(fused)),
    task_retries: retried?.retries,
    task_end: retried && post(fused, indexOf(fused, known(wiredOf(fused, retried).last))),
    task_timeout: timed?.milliseconds,
    task_start: timed && post(fused, indexOf(fused, known(wiredOf(fused, timed.from).first))),
  };
}

/** The Task and those around it, innermost first, up to one that cleans up after the rest. */
function tried(fused: Fusing, unit: Unit): readonly Unit[] {
  const around = [...unit.parents, unit.key].reverse().map((key) => known(fused.units.get(key)));
  const cleaner = around.findIndex((one) => one.always);
  return cleaner < 0 ? around : around.slice(0, cleaner + 1);
}

/** `around`: the Task and those around it, innermost first. Tasks of `finally` share a limit that starts with them. */
function taskTimeout({ run }: Fusing, around: readonly Unit[]) {
  const nearest = around.find((one) => one.timeout !== undefined);
  const top = around.at(-1);
  const shared = top?.finally ? run.timeouts.finally : undefined;
  if (top !== undefined && shared !== undefined && shared < (nearest?.timeout ?? Number.POSITIVE_INFINITY))
    return { milliseconds: shared, from: top };
  return nearest?.timeout === undefined ? undefined : { milliseconds: nearest.timeout, from: nearest };
}

const wiredOf = (fused: Fusing, unit: Unit) => known(fused.wired.get(unit.key));

function ordinaryTimeout({ run }: Fusing): number | undefined {
  const { run: whole, tasks } = run.timeouts;
  if (whole === undefined || tasks === undefined) return tasks ?? whole;
  return Math.min(whole, tasks);
}

/** Only where paths are real directories must the entrypoint be told where Tekton's are. */
function ofPlaces(fused: Fusing, unit: Unit, at: number) {
  if (!fused.places.rooted) return {};
  const where = taskPlaces(fused.places, unit.key);
  return {
    results_dir: where.results,
    steps_dir: where.steps,
    artifacts_dir: where.artifacts,
    termination_path: `${runDirectory(fused, at)}/termination`,
  };
}

export const scriptPath = (fused: Fusing, leaf: Leaf): string =>
  `${taskPlaces(fused.places, leaf.unit).scripts}/script-${leaf.position}`;

const textOf = (value: object | undefined): string | undefined => value && JSON.stringify(value);

const positive = (value: number | undefined): number | undefined =>
  value === undefined || value <= 0 ? undefined : value;
