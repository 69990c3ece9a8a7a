// A round of chaos: a random graph of steps, random deaths, and what must be true of the records afterwards.
import { existsSync, readFileSync } from "node:fs";
import { errorFile, isEnding, type StepStatus, statusFile } from "../../entrypoint/protocol/index.ts";
import { type Build, type Ended, isUp, type Running, startStep, within } from "./_entrypoint.ts";
import type { RunFolder } from "./_run.ts";

export interface ChaosStep {
  readonly index: number;
  readonly after: readonly number[];
  readonly settled: readonly number[];
  /** Milliseconds that its command takes, and the code it ends with. */
  readonly takes: number;
  readonly code: number;
}

export interface Death {
  readonly index: number;
  /** When in the round: 0 is its start, 1 the time that a round takes. */
  readonly at: number;
  readonly who: "entrypoint" | "command" | "both" | "asked";
}

export interface Round {
  readonly steps: readonly ChaosStep[];
  /** The order in which the entrypoints are started. */
  readonly order: readonly number[];
  readonly deaths: readonly Death[];
}

/** The same seed gives the same round, though not the same timing. */
export function makeRound(seed: number, size: number): Round {
  const random = generator(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const chain = random() < 0.5;
  const steps = Array.from({ length: size }, (_, index): ChaosStep => {
    const earlier = chain ? [index - 1] : Array.from({ length: 1 + below(3) }, () => index - 1 - below(8));
    const edges = [...new Set(earlier.filter((one) => one >= 0))];
    const settled = edges.filter(() => random() < 0.15);
    return {
      index,
      after: edges.filter((one) => !settled.includes(one)),
      settled,
      takes: random() < 0.2 ? below(30) : 0,
      code: random() < 0.01 ? 3 : 0,
    };
  });
  const order = steps.map(({ index }) => ({ index, key: random() })).sort((a, b) => a.key - b.key);
  const who = ["entrypoint", "entrypoint", "command", "both", "asked"] as const;
  const deaths = Array.from({ length: below(5) }, () => ({
    index: below(size),
    at: random(),
    who: who[below(who.length)] ?? "entrypoint",
  }));
  return { steps, order: order.map(({ index }) => index), deaths };
}

/**
 * Plays a round that takes about `span` milliseconds; resolves with what is wrong with its records: nothing, if all is
 * well. Rejects when it hangs.
 */
export async function playRound(
  build: Build,
  run: RunFolder,
  round: Round,
  span: number,
): Promise<readonly string[]> {
  const started = new Map<number, Running>();
  const killed = new Set<number>();
  const timers = round.deaths.map((death) =>
    setTimeout(() => {
      const step = started.get(death.index);
      // Before its pipe is there nobody in the run can know of a step: that it never comes up is the engine's to say.
      if (step !== undefined && isUp(run, death.index)() && strike(step, death)) killed.add(death.index);
    }, death.at * span),
  );
  for (const index of round.order) {
    const step = round.steps[index];
    if (step === undefined) continue;
    const script = `echo ${index} >> ${run.file("log")}; ${step.takes > 0 ? `sleep ${step.takes / 1_000}; ` : ""}exit ${step.code}`;
    started.set(index, startStep(build, run, index, ["sh", "-c", script], step));
  }
  const ended = new Map<number, Ended>();
  await Promise.all(
    [...started].map(async ([index, step]) => {
      ended.set(index, await within(15_000, `s${index} ends`, step.ended));
    }),
  );
  for (const timer of timers) clearTimeout(timer);
  return judge(run, round, ended, killed);
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whether the entrypoint itself was killed. */
function strike({ pid, child }: Running, { who }: Death): boolean {
  if (child.exitCode !== null || child.signalCode !== null) return false;
  if (who === "command" || who === "both") for (const command of childrenOf(pid)) kill(command, "SIGKILL");
  if (who === "asked") kill(pid, "SIGTERM");
  return (who === "entrypoint" || who === "both") && kill(pid, "SIGKILL");
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

interface Seen {
  readonly step: ChaosStep;
  readonly ended: Ended;
  readonly status: StepStatus | undefined;
  readonly posted: "done" | "error" | "nothing" | "both";
  readonly runs: number;
  /** Killed before it could say how it ended. */
  readonly lost: boolean;
}

function judge(
  run: RunFolder,
  round: Round,
  ended: ReadonlyMap<number, Ended>,
  killed: ReadonlySet<number>,
): string[] {
  const log = (run.read("log") ?? "").split("\n");
  const seen = round.steps.map((step): Seen => {
    const posted = postedBy(run, step.index);
    const runs = log.filter((line) => line === String(step.index)).length;
    const end = ended.get(step.index);
    if (end === undefined) throw new Error(`s${step.index} was never started`);
    const lost = killed.has(step.index) && end.signal === "SIGKILL" && posted === "nothing";
    return { step, ended: end, status: statusOf(run, step.index), posted, runs, lost };
  });
  const asked = new Set(round.deaths.filter(({ who }) => who === "asked").map(({ index }) => index));
  return seen.flatMap((one) =>
    judgeOne(one, seen, asked).map((what) => `s${one.step.index}: ${what}: ${describe(one)}`),
  );
}

type Rule = readonly [broken: boolean, sentence: string];

function judgeOne(one: Seen, all: readonly Seen[], asked: ReadonlySet<number>): string[] {
  const { status, posted, runs, ended } = one;
  const rules: Rule[] = [
    [posted === "both", "posted both endings"],
    [runs > 1, "ran twice"],
  ];
  if (ended.signal !== null) {
    rules.push([ended.signal !== "SIGKILL", "died by a signal that nobody sent"]);
  } else {
    rules.push([posted === "nothing", "ended without a word"]);
    if (status !== undefined && isEnding(status.state)) rules.push(...judgeEnding(one, status, all, asked));
    else rules.push([true, "left no ending"]);
  }
  return rules.filter(([broken]) => broken).map(([, sentence]) => sentence);
}

function judgeEnding(
  one: Seen,
  status: StepStatus,
  all: readonly Seen[],
  asked: ReadonlySet<number>,
): Rule[] {
  const { step, posted, runs, ended } = one;
  const before = (indexes: readonly number[]) => indexes.flatMap((index) => all[index] ?? []);
  const broken = before(step.after).filter((other) => other.posted !== "done");
  const open = before(step.settled).filter((other) => other.posted === "nothing" && !other.lost);
  const ran = status.by === "command";
  const chained = status.state === "skipped" || status.state === "lost";
  return [
    [(posted === "done") !== (status.state === "succeeded"), "posted what it did not record"],
    [(ended.code === 0) !== (status.state === "succeeded"), "exited as it did not record"],
    [ran && (broken.length > 0 || open.length > 0), "ran out of turn"],
    // A command that is killed at once had no time to say that it ran.
    [ran && runs === 0 && status.signal === undefined, "says that it ran, and did not"],
    [status.state === "cancelled" && !asked.has(step.index), "was cancelled by nobody"],
    [!ran && broken.length === 0 && !asked.has(step.index), "did not run although nothing stood in its way"],
    ...(chained ? judgeChained(one, status, all, broken) : []),
  ];
}

function judgeChained(
  { runs }: Seen,
  status: StepStatus,
  all: readonly Seen[],
  broken: readonly Seen[],
): Rule[] {
  const culprit = all.find(({ step }) => `s${step.index}` === status.cause?.step);
  const first = culprit?.posted === "error" && culprit.status?.cause === undefined;
  return [
    [runs > 0, "ran although it says otherwise"],
    [broken.length === 0, "blames others, none of which failed"],
    [culprit === undefined, "names no step of the run"],
    [status.state === "lost" && culprit?.lost === false, "calls a step lost that is not"],
    [status.state === "skipped" && !first, "names a step that is not the first of the chain"],
  ];
}

const describe = ({ step, status, posted, ended }: Seen): string =>
  JSON.stringify({
    after: step.after,
    settled: step.settled,
    posted,
    code: ended.code,
    signal: ended.signal,
    status,
  });

function statusOf(run: RunFolder, index: number): StepStatus | undefined {
  const file = statusFile(run.metadata(index));
  return existsSync(file) ? run.status(index) : undefined;
}

function postedBy(run: RunFolder, index: number): Seen["posted"] {
  const [done, error] = [existsSync(run.post(index)), existsSync(errorFile(run.post(index)))];
  return done && error ? "both" : done ? "done" : error ? "error" : "nothing";
}
