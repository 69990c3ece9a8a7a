// A PipelineRun: what it runs, and whether its params, workspaces, timeouts and overrides fit that.

import { parseDuration, type Reference, referencesIn } from "../../entrypoint/protocol/index.ts";
import { suggestion } from "../diagnostics/nearest.ts";
import type { DocumentOf, Library } from "../documents/library.ts";
import type { PipelineRunSpec, PipelineSpec } from "../documents/spec.ts";
import { PIPELINE_RUN_ACCEPTS, TASK_OF_RUN_ACCEPTS } from "../documents/variable-fields.ts";
import { type Cursor, type Faults, fault, within } from "./cursor.ts";
import { checkDuration } from "./fields.ts";
import { wrongReference } from "./known.ts";
import { matrixParams } from "./matrix.ts";
import { checkGiven } from "./params.ts";
import { checkPipeline } from "./pipeline.ts";
import { checkReferences } from "./references.ts";
import { checkIgnored, checkOverrides, exactlyOne, paramsOf } from "./task-run.ts";
import { textsIn } from "./texts.ts";
import { asBinding, checkBindings, checkBound } from "./workspaces.ts";

const STATES = ["Cancelled", "CancelledRunFinally", "StoppedRunFinally", "PipelineRunPending"];

export function* checkPipelineRun(
  document: DocumentOf<"PipelineRun">,
  library: Library,
  given: ReadonlySet<string> = new Set(),
): Faults {
  const { spec } = document.object;
  const here: Cursor = { document, path: ["spec"] };
  yield* exactlyOne(here, { pipelineRef: spec.pipelineRef, pipelineSpec: spec.pipelineSpec });
  yield* checkIgnored(here, spec, STATES);
  for (const [index, entry] of (spec.taskRunSpecs ?? []).entries())
    yield* checkOverrides(within(here, "taskRunSpecs", index), entry);
  yield* checkTimeouts(within(here, "timeouts"), spec.timeouts);
  yield* checkBindings(within(here, "workspaces"), spec.workspaces);
  const embedded = spec.pipelineSpec;
  const target = spec.pipelineRef && library.resolve("Pipeline", spec.pipelineRef)?.object.spec;
  yield* checkValues(here, spec, given);
  yield* checkTexts(here, spec, embedded ?? target);
  if (embedded !== undefined) {
    const params = paramsOf(spec);
    const workspaces = new Set((spec.workspaces ?? []).map(({ name }) => name));
    yield* checkPipeline(within(here, "pipelineSpec"), embedded, { params, workspaces }, library);
  }
  const pipeline = embedded ?? target;
  if (pipeline !== undefined) yield* checkFit(here, spec, pipeline);
}

/** They are data: what they hold is not replaced, and a result that is asked for there would never come. */
function* checkValues(here: Cursor, { params = [] }: PipelineRunSpec, given: ReadonlySet<string>): Faults {
  const written = params.filter(({ name }) => !given.has(name));
  for (const { at, text } of textsIn(here, { params: written }, { params: { "[].value…": "refused" } }))
    for (const reference of referencesIn(text).filter(isResult))
      yield wrongReference(
        at,
        reference,
        "no result is known before the run",
        "hand it from task to task, in the Pipeline",
      );
}

const isResult = ({ path: [room = "", , what] }: Reference): boolean =>
  (room === "tasks" || room === "finally") && what === "results";

/** What a run says of one of its tasks may speak of what the Pipeline gives that task. */
function* checkTexts(here: Cursor, spec: PipelineRunSpec, pipeline: PipelineSpec | undefined): Faults {
  const { taskRunSpecs = [], ...own } = spec;
  const params = paramsOf(spec, pipeline);
  yield* checkReferences(here, own, PIPELINE_RUN_ACCEPTS, { params });
  const tasks = [...(pipeline?.tasks ?? []), ...(pipeline?.finally ?? [])];
  for (const [index, entry] of taskRunSpecs.entries()) {
    const task = tasks.find(({ name }) => name === entry.pipelineTaskName);
    const given = [...(task?.params ?? []), ...(task === undefined ? [] : matrixParams(task))];
    yield* checkReferences(within(here, "taskRunSpecs", index), entry, TASK_OF_RUN_ACCEPTS, {
      params: new Map([...params, ...given.map(({ name }) => [name, undefined] as const)]),
    });
  }
}

function* checkFit(here: Cursor, spec: PipelineRunSpec, pipeline: PipelineSpec): Faults {
  const open = spec.pipelineSpec !== undefined;
  const target = open ? "this Pipeline" : `Pipeline "${spec.pipelineRef?.name ?? ""}"`;
  yield* checkGiven(pipeline.params, {
    list: within(here, "params"),
    owner: here,
    params: spec.params ?? [],
    target,
    extra: open ? "welcome" : "warning",
  });
  yield* checkBound(here, spec.workspaces, pipeline.workspaces, { target, open, cure: asBinding });
  const names = [...pipeline.tasks, ...(pipeline.finally ?? [])].map(({ name }) => name);
  for (const [index, { pipelineTaskName }] of (spec.taskRunSpecs ?? []).entries())
    if (!names.includes(pipelineTaskName))
      yield fault(
        within(here, "taskRunSpecs", index, "pipelineTaskName"),
        "unknown-task",
        `${target} has no task "${pipelineTaskName}"`,
        suggestion(pipelineTaskName, names, "remove it"),
      );
}

function* checkTimeouts(cursor: Cursor, timeouts: PipelineRunSpec["timeouts"] = {}): Faults {
  for (const field of ["pipeline", "tasks", "finally"] as const)
    yield* checkDuration(within(cursor, field), timeouts[field]);
  const whole = parseDuration(timeouts.pipeline ?? "0") ?? 0;
  const parts = [timeouts.tasks, timeouts.finally].map((text) => parseDuration(text ?? "0") ?? 0);
  if (whole > 0 && parts.reduce((sum, part) => sum + part, 0) > whole)
    yield fault(
      cursor,
      "bad-timeouts",
      "tasks and finally together may take longer than the pipeline",
      "raise timeouts.pipeline, or lower the others",
      "key",
    );
}
