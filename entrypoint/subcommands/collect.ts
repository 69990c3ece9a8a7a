// `collect`: waits until every step has settled, and prints the whole run as one line, so that results of any size
// leave through the log (protocol/README.md, "Collect").

import type { Arguments } from "../command/arguments.ts";
import { CancelToken } from "../endings/cancel.ts";
import { StepFault } from "../endings/fault.ts";
import { type Host, HostError, Interrupted } from "../host.ts";
import { endingOf, statusOf } from "../peers/peers.ts";
import { hasSettled, waitForTurn } from "../peers/wait.ts";
import {
  aliveFile,
  type Beneath,
  beneath,
  type CollectedEvent,
  type CollectedRun,
  errorFile,
  FAULTS,
  isEnding,
  isOwnFailure,
  LIMITS,
  PROTOCOL_VERSION,
  type StepStatus,
  statusFileOf,
  type TaskRef,
  type TaskRefs,
} from "../protocol/index.ts";
import { insist } from "../record/record.ts";
import { resultPlace } from "../references/step-references.ts";
import { parseTaskRefs } from "../references/task-references.ts";

/** The exit code is the run's. */
export async function collect(host: Host, given: Arguments): Promise<number> {
  // Whoever ends the run ends its steps too: how they took it is what there is to collect. Of those whose container ended
  // before they were there nobody hears any more.
  host.onSignal((name) => {
    if (name === "SIGTERM") for (const post of given.flags.wait_settled ?? []) void declareAbsent(host, post);
  });
  try {
    return await printRun(host, given);
  } catch (error) {
    if (!(error instanceof StepFault || error instanceof HostError)) throw error;
    host.log(`error: ${error.message}`);
    return error instanceof StepFault && error.reason === "InvalidFlags" ? INVALID_FLAGS : 1;
  }
}

const INVALID_FLAGS = 2;

/** Says of a step that never came up that it is lost, where this collector may write in its directory. */
async function declareAbsent(host: Host, post: string): Promise<void> {
  try {
    if ((await host.liveness(aliveFile(post))) !== "absent") return;
    if ([post, errorFile(post)].some((file) => host.stat(file) !== undefined)) return;
    insist(host, beneath(errorFile(post)), (place) => host.publish(place, "", 0o644));
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
  }
}

async function printRun(host: Host, { flags, problem }: Arguments): Promise<number> {
  if (problem !== undefined) throw new StepFault("InvalidFlags", problem);
  const refs = flags.task_refs === undefined ? {} : parseTaskRefs(flags.task_refs);
  const posts = flags.wait_settled ?? [];
  if (posts.length === 0) throw new StepFault("InvalidFlags", "collect needs -wait_settled FILE,…");
  const alive = flags.post_file === undefined ? undefined : host.hold(aliveFile(flags.post_file));
  const edges = posts.map((post) => ({ post, settled: true, content: false }));
  if (flags.follow) await follow(host, posts, refs);
  else await waitForTurn(host, edges, new CancelToken<never>());
  const steps = posts.map((post) => endingOf(host, post));
  const results = resultsOf(host, refs);
  const run: CollectedRun = { protocol: PROTOCOL_VERSION, steps, results };
  host.print(`${JSON.stringify(run)}\n`);
  if (flags.post_file !== undefined) host.publish(flags.post_file, "", 0o644);
  alive?.release();
  return exitCodeOf(steps);
}

/**
 * Tells each step's start and ending as they come, no step's before those of the steps it waited for, and a Task's
 * results before the ending of its last step.
 */
async function follow(host: Host, posts: readonly string[], refs: TaskRefs): Promise<void> {
  const tell = (event: CollectedEvent) => host.print(`${JSON.stringify(event)}\n`);
  const open = new Set(posts);
  const end = (post: string) => {
    open.delete(post);
    for (const [task, ref] of Object.entries(refs))
      if (task !== "" && ref.posts.includes(post) && !ref.posts.some((other) => open.has(other)))
        tell({ task, results: resultsOf(host, { [task]: ref })[task] ?? {} });
    tell({ post, status: endingOf(host, post) });
  };
  const one = async (post: string) => {
    const over = new CancelToken<true>();
    const started = hasStarted(host, post, over).then((status) => {
      if (status !== undefined && !isEnding(status.state) && open.has(post)) tell({ post, status });
    });
    await waitForTurn(host, [{ post, settled: true, content: false }], new CancelToken<never>());
    over.fire(true);
    await started;
    const before = await settledBefore(host, post, open);
    for (const settled of open.has(post) ? [...before, post] : []) if (open.has(settled)) end(settled);
  };
  await Promise.all(posts.map(one));
}

/** Looked at from the last to the first: a step settles after those that it waits for, and they come before it. */
async function settledBefore(host: Host, post: string, open: Iterable<string>): Promise<readonly string[]> {
  const before: string[] = [];
  for (const one of open) {
    if (one === post) break;
    before.push(one);
  }
  const settled: string[] = [];
  for (const one of before.reverse()) if (await hasSettled(host, one)) settled.unshift(one);
  return settled;
}

/** Its record when its command has started; undefined when it is over without. */
async function hasStarted(
  host: Host,
  post: string,
  over: CancelToken<true>,
): Promise<StepStatus | undefined> {
  const look = () => {
    const status = statusOf(host, post);
    return status?.startedAt === undefined ? undefined : status;
  };
  try {
    return await host.until({ files: [statusFileOf(post)], peers: [aliveFile(post)] }, look, over);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return look();
  }
}

function resultsOf(host: Host, refs: TaskRefs): CollectedRun["results"] {
  const tasks = Object.entries(refs).filter(([task]) => task !== "");
  return Object.fromEntries(tasks.map(([task, ref]) => [task, resultsOfTask(host, ref)]));
}

function resultsOfTask(host: Host, { results, files = {} }: TaskRef): Readonly<Record<string, string>> {
  const there = namesIn(host, results).map((name) => [name, resultPlace(results, [name])] as const);
  const elsewhere = Object.entries(files).map(([name, file]) => [name, beneath(file, 3)] as const);
  const all = [...there, ...elsewhere].flatMap(([name, place]) => {
    const text = resultAt(host, place);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(all);
}

function namesIn(host: Host, directory: string): readonly string[] {
  try {
    return host.list(beneath(directory, 2)) ?? [];
  } catch (error) {
    if (error instanceof HostError) return [];
    throw error;
  }
}

/** What is no file, or reached through a link, is nobody's result: a step that was to leave one has failed for it. */
function resultAt(host: Host, place: Beneath): string | undefined {
  try {
    return host.read(place, LIMITS.collected);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    if (error.code === FAULTS.tooLarge) throw error;
    return undefined;
  }
}

/** Of the first step that failed by itself and was not tolerated; of one that was cancelled only where there is no other. */
function exitCodeOf(steps: readonly StepStatus[]): number {
  const own = steps.filter(isOwnFailure);
  const failed = own.find(({ state }) => state !== "cancelled") ?? own[0];
  return failed === undefined ? 0 : (failed.exitCode ?? 1);
}
