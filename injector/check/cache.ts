// What is said of the cache: something has to be left that can be kept, and nothing may write beside it.

import type { Library } from "../documents/library.ts";
import {
  cacheUse,
  leavesSomething,
  type SidecarSpec,
  type StepSpec,
  type TaskSpec,
} from "../documents/spec.ts";
import { type Cursor, type Faults, fault, within } from "./cursor.ts";
import { checkDuration } from "./fields.ts";
import { resultsOfStep } from "./step-ref.ts";

/** The cursor is at the Task's spec. */
export function* checkCache(cursor: Cursor, spec: TaskSpec, library: Library): Faults {
  const ofTask = cacheUse(spec.cache);
  yield* checkDuration(within(cursor, "cache", "ttl"), ofTask?.ttl);
  const leaving = spec.steps.map((step) => step.ref?.kind === "Task" || leaves(step, spec, library));
  if (ofTask !== undefined && !leaving.includes(true))
    yield fault(
      within(cursor, "cache"),
      "cache-nothing",
      "no step of this Task declares what it leaves",
      DECLARE,
    );
  for (const [index, step] of spec.steps.entries())
    yield* checkStep(within(cursor, "steps", index), step, spec, leaving[index] === true);
}

function* checkStep(cursor: Cursor, step: StepSpec, spec: TaskSpec, leaves: boolean): Faults {
  const own = cacheUse(step.cache);
  yield* checkDuration(within(cursor, "cache", "ttl"), own?.ttl);
  if (own !== undefined && !leaves && (spec.results ?? []).length === 0)
    yield fault(
      within(cursor, "cache"),
      "cache-nothing",
      "this step declares nothing that it leaves",
      DECLARE,
    );
  const around = leaves && step.cache === undefined ? cacheUse(spec.cache) : undefined;
  if (own !== undefined || around !== undefined) yield* checkAlone(cursor, step, spec);
}

const DECLARE = "declare it: artifacts: {outputs: [{name, path}]}, or results";

function leaves(step: StepSpec, spec: TaskSpec, library: Library): boolean {
  const results = step.ref === undefined ? [] : [...(resultsOfStep(step, library) ?? [])];
  const own = [...(step.results ?? []), ...results.map((name) => ({ name }))];
  return leavesSomething({ ...step, results: own }, spec);
}

/** What others write, or what is written elsewhere, is not there after a hit. */
function* checkAlone(cursor: Cursor, step: StepSpec, spec: TaskSpec): Faults {
  for (const field of ["stdoutConfig", "stderrConfig"] as const)
    if (step[field] !== undefined)
      yield fault(
        within(cursor, field),
        "cache-unsound",
        `the file of "${field}" is none of the outputs, and would not be there where the step is taken from the cache`,
        "let the command write it, and declare it as an output",
        "key",
      );
  const writer = (spec.sidecars ?? []).find(writes);
  if (writer !== undefined)
    yield fault(
      cursor,
      "cache-unsound",
      `the sidecar "${writer.name}" may write what this step leaves, which is then not the step's alone`,
      "mount its volumes with readOnly: true, or do without cache",
    );
}

const writes = ({ workspaces = [], volumeMounts = [] }: SidecarSpec): boolean =>
  workspaces.length > 0 || volumeMounts.some(({ readOnly }) => readOnly !== true);
