// What a step is known to do before its turn comes: for most steps, all of it. A host may then decide ahead of time,
// and nothing lies between the turn and the command but what has to.

import { judge } from "../endings/outcome.ts";
import type { Command, Dated, Foreseen, Success } from "../host.ts";
import type { Edge } from "../peers/wait.ts";
import { exitCodeFile, type Flags, pathOf, statusFile, statusFileOf, temporary } from "../protocol/index.ts";
import type { Step } from "../record/context.ts";
import { type StatusFields, type StepRecord, statusText } from "../record/record.ts";
import { ownProducts, sharedProducts } from "../record/results.ts";

/** undefined where anything is still to be decided at the turn. */
export function foresee(step: Step, edges: readonly Edge[], command: Command): Foreseen | undefined {
  const { flags, record } = step;
  if (step.attempt !== undefined || decidesLater(flags) || handlesOutput(command)) return undefined;
  if (edges.length === 0 || edges.some(({ settled }) => settled)) return undefined;
  const running = dated(record, { state: "running", attempt: 1, startedAt: TURN }, false);
  const ending = dated(record, { ...SUCCEEDED, attempt: 1, startedAt: TURN, finishedAt: NOW }, true);
  const shared = sharedProducts(flags).map(({ place }) => pathOf(place));
  const own = ownProducts(flags).map(({ place }) => pathOf(place));
  return {
    turn: {
      there: edges.map(({ post, content }) => ({ path: post, filled: content })),
      has: flags.task_name === undefined ? [] : edges.map(({ post }) => succeeded(post)),
      absent: shared,
    },
    running,
    command,
    success: { absent: [...shared, ...own], publish: endings(record, ending), ...posting(step) },
  };
}

/** What a flag would have the step do, or find out, between its turn and its command, or after that. */
const decidesLater = (flags: Flags): boolean =>
  [flags.artifacts, flags.cache, flags.script, flags.task_refs, flags.task_when, flags.when_expressions].some(
    Boolean,
  ) || [flags.fail_fast, flags.debug_before_step, flags.working_dir, flags.task_timeout].some(Boolean);

const handlesOutput = ({ stdoutPath, stderrPath, hermetic = false }: Command): boolean =>
  stdoutPath !== undefined || stderrPath !== undefined || hermetic;

const TURN = "<the time of the turn>";
const NOW = "<the time by then>";
const SUCCEEDED = judge({ kind: "exited", exit: { code: 0 } }, undefined).status;

/** A name that reads like one of the times makes more pieces: nothing waits for a record, then, but the step itself. */
function dated(record: StepRecord, fields: StatusFields, replaces: boolean): Dated | undefined {
  if (record.metadata === undefined) return undefined;
  const pieces = statusText(record, fields).split(new RegExp(`${TURN}|${NOW}`));
  return { path: statusFile(record.metadata), mode: 0o644, pieces, replaces };
}

/** A step of the same Task may have been skipped with it (guard.ts): its record is asked, not only its post file. */
const succeeded = (post: string) => ({
  path: statusFileOf(post),
  words: ['{"protocol":1,', '"state":"succeeded"'],
});

const endings = ({ metadata }: StepRecord, ending: Dated | undefined): readonly Dated[] =>
  metadata === undefined || ending === undefined
    ? []
    : [{ path: exitCodeFile(metadata), mode: 0o644, pieces: ["0"], replaces: false }, ending];

const posting = ({ record: { post, alive } }: Step): Pick<Success, "post" | "alive"> => ({
  post: post === undefined ? undefined : { from: temporary(post), to: post },
  alive,
});
