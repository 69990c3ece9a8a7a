// Random graphs of steps with random deaths, failures, timeouts and full disks, against a model of how each step must
// end given how those before it ended. No hang: every step that lives must have ended when nothing can happen any more.
import fc from "fast-check";
import { expect, test } from "vitest";
import { aliveFile, type Cause, postFile, type StepStatus } from "../../../entrypoint/protocol/index.ts";
import { type Booted, boot, exitOf, type Given, posted, type Scripted, statusAt, World } from "../_world.ts";

interface Scenario {
  readonly bootsAt: number;
  readonly code: number;
  readonly takes: number;
  readonly timeout: number;
  readonly retries: number;
  readonly onError: string;
  /** Index modulo the number of earlier steps; the flag says that either ending will do. */
  readonly edges: readonly (readonly [from: number, settled: boolean])[];
  readonly end: End;
}

/** Killed at a time, killed at the nth file call, a disk that is full from the nth file call on, or none of these. */
type End =
  | { readonly kind: "none" }
  | { readonly kind: "killedAt"; readonly time: number }
  | { readonly kind: "killedIn"; readonly call: number }
  | { readonly kind: "fullFrom"; readonly call: number }
  | { readonly kind: "cancelled"; readonly time: number };

const time = fc.nat(3_000);
const scenario: fc.Arbitrary<Scenario> = fc.record({
  bootsAt: fc.nat(500),
  code: fc.constantFrom(0, 0, 0, 0, 0, 1, 42),
  takes: fc.constantFrom(0, 7, 150, 900),
  timeout: fc.constantFrom(0, 0, 0, 500),
  retries: fc.constantFrom(0, 0, 0, 2),
  onError: fc.constantFrom("stopAndFail", "stopAndFail", "continue", "continueAndFail", "stopAndSucceed"),
  edges: fc.array(fc.tuple(fc.nat(), fc.constantFrom(false, false, true)), { maxLength: 3 }),
  end: fc.oneof(
    { weight: 6, arbitrary: fc.constant({ kind: "none" } as const) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("killedAt" as const), time }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("killedIn" as const), call: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("fullFrom" as const), call: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancelled" as const), time }) },
  ),
});

interface Step extends Scenario {
  readonly index: number;
  readonly needs: readonly number[];
  readonly settles: readonly number[];
}

const graph = (scenarios: readonly Scenario[]): readonly Step[] =>
  scenarios.map((one, index) => {
    const to = (settled: boolean) =>
      index === 0
        ? []
        : [...new Set(one.edges.filter((edge) => edge[1] === settled).map(([at]) => at % index))];
    return { ...one, index, needs: to(false), settles: to(true) };
  });

const WRITES: readonly string[] = ["publish", "overwrite"];

function start(world: World, step: Step): Booted {
  let calls = 0;
  const { end } = step;
  const fault = (operation: string): string | undefined => {
    calls++;
    if (end.kind === "killedIn" && calls > end.call) return "killed";
    return end.kind === "fullFrom" && calls > end.call && WRITES.includes(operation) ? "ENOSPC" : undefined;
  };
  const work = async ({ sleep }: Scripted) => {
    await sleep(step.takes);
    return step.code;
  };
  const given: Given = {
    command: ["work"],
    programs: { work },
    on_error: step.onError,
    wait_file: step.needs.map(postFile),
    wait_settled: step.settles.map(postFile),
    ...(step.timeout > 0 ? { timeout: step.timeout } : {}),
    ...(step.retries > 0 ? { retries: step.retries, retry_backoff: 10 } : {}),
    fault,
  };
  const booted = boot(world, step.index, given);
  if (end.kind === "killedAt") world.clock.plan(end.time, () => booted.host.kill());
  if (end.kind === "cancelled") world.clock.plan(end.time, () => booted.host.raise("SIGTERM"));
  return booted;
}

/** How a step must have ended by itself, and what it must have posted. */
function ownEnding(step: Step): { readonly state: string; readonly posts: string; readonly exit: number } {
  const late = step.timeout > 0 && step.takes > step.timeout;
  if (!late && step.code === 0) return { state: "succeeded", posts: "done", exit: 0 };
  const [state, exit] = late ? ["timedOut", 124] : ["failed", step.code];
  switch (step.onError) {
    case "continue":
      return { state, posts: "done", exit: 0 };
    case "continueAndFail":
      return { state, posts: "done", exit };
    case "stopAndSucceed":
      return { state, posts: "error", exit: 0 };
    default:
      return { state, posts: "error", exit };
  }
}

/** What became of a step, as the files tell. */
interface Seen {
  readonly exit: number | undefined;
  readonly posts: string | undefined;
  readonly status: StepStatus | undefined;
  /** Killed before it could show that it lives: nobody can tell it from one that has yet to start. */
  readonly unseen: boolean;
}

/** The model: what must be true of one step, given what is true of those it waited for. */
function check(step: Step, seen: readonly Seen[]): void {
  const { exit, posts, status } = at(seen, step.index);
  expect(posts).not.toBe("both");
  const expected = expectedOf(step, seen);
  if (exit === undefined) expect(mayBeSilent(step, seen), "it has ended, or cannot").toBe(true);
  else {
    const cause = status?.cause && named(status.cause);
    expect(expected).toContainEqual({ state: status?.state, posts: posts ?? "error", exit, cause });
  }
  if (expected.length === 1 && step.end.kind === "none" && exit !== undefined)
    expect(status?.attempt).toBe(
      status?.state === "failed" || status?.state === "timedOut" ? step.retries + 1 : 1,
    );
}

/** The endings that are right; several where several edges broke, or where a death may or may not have come in time. */
function expectedOf(step: Step, seen: readonly Seen[]): readonly object[] {
  const broken = step.needs.filter((need) => at(seen, need).posts !== "done");
  const natural = broken.length > 0 ? broken.map((need) => chained(need, at(seen, need))) : [ownEnding(step)];
  if (step.end.kind === "cancelled") return [...natural, { state: "cancelled", posts: "error", exit: 143 }];
  if (step.end.kind !== "fullFrom") return natural;
  return [...natural, ...[undefined, "failed"].map((state) => ({ state, posts: "error", exit: 1 }))];
}

const at = (seen: readonly Seen[], index: number): Seen => seen[index] as Seen;

/** It was killed, or it waits for one that never showed life, or for one that waits so. */
function mayBeSilent({ end, needs, settles }: Step, seen: readonly Seen[]): boolean {
  if (end.kind === "killedAt" || end.kind === "killedIn") return true;
  return [...needs, ...settles].some((one) => at(seen, one).unseen);
}

function chained(index: number, { posts, status }: Seen): object {
  const exit = status?.stop ? 0 : 1;
  if (posts === undefined)
    return { state: "lost", cause: { step: `s${index}`, state: "lost" }, posts: "error", exit: 1 };
  const cause = status?.cause ? named(status.cause) : { step: `s${index}`, state: status?.state ?? "failed" };
  return { state: status?.state === "lost" ? "lost" : "skipped", cause, posts: "error", exit };
}

/** A step whose disk was full from the start could not even write its name down: its directory's is used. */
const named = ({ step, state }: Cause): Cause => ({ step: step.replace(/^step /, "s"), state });

test("no hang, and every record is right, whatever dies when", { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(
    fc.array(scenario, { minLength: 1, maxLength: 10 }),
    async (scenarios) => {
      const steps = graph(scenarios);
      const world = new World();
      const booted = new Map<number, Booted>();
      for (const step of steps)
        world.clock.plan(step.bootsAt, () => booted.set(step.index, start(world, step)));
      await world.clock.run();
      const seen: Seen[] = [];
      for (const { index, needs, settles } of steps) {
        const exit = await exitOf(world, booted.get(index) as Booted);
        const shown = (await world.boot().liveness(aliveFile(postFile(index)))) !== "absent";
        const waits = exit === undefined && [...needs, ...settles].some((one) => seen[one]?.unseen);
        seen.push({
          exit,
          posts: posted(world, index),
          status: statusAt(world, index),
          unseen: !shown || waits,
        });
      }
      for (const step of steps) check(step, seen);
    },
  );
  await fc.assert(property, { numRuns: 2_000 });
});
