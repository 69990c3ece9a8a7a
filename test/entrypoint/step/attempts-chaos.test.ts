// Tasks that are tried again, with random failures and deaths, against a model of their attempts.
import fc from "fast-check";
import { expect, test } from "vitest";
import { postFile } from "../../../entrypoint/protocol/index.ts";
import { type Booted, boot, exitOf, posted, type Scripted, statusAt, World } from "../_world.ts";

/** One Task: `fails[step][attempt]`, a chain of steps behind the step of index 0, which belongs to no Task. */
interface Scenario {
  readonly fails: readonly (readonly boolean[])[];
  readonly retries: number;
  readonly bootsAt: readonly number[];
  readonly takes: readonly number[];
  readonly killed: { readonly step: number; readonly time: number } | undefined;
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  fails: fc.array(fc.array(fc.constantFrom(false, false, true), { minLength: 4, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  }),
  retries: fc.constantFrom(1, 2, 3),
  bootsAt: fc.array(fc.nat(300), { minLength: 4, maxLength: 4 }),
  takes: fc.array(fc.constantFrom(0, 20, 200), { minLength: 4, maxLength: 4 }),
  killed: fc.option(fc.record({ step: fc.nat(3), time: fc.nat(1_500) }), { nil: undefined }),
});

interface Expected {
  readonly posts: "done" | "error";
  readonly runs: number;
}

/** Attempt by attempt: steps run up to the first that fails; the last attempt decides what each one posts. */
function model({ fails, retries }: Scenario): readonly Expected[] {
  const runs = fails.map(() => 0);
  for (let attempt = 0; ; attempt++) {
    const failing = fails.findIndex((one) => one[attempt]);
    const reached = failing < 0 ? fails.length : failing + 1;
    for (let step = 0; step < reached; step++) runs[step] = (runs[step] ?? 0) + 1;
    if (failing >= 0 && attempt < retries) continue;
    return fails.map((_, step) => ({
      posts: failing < 0 || step < failing ? "done" : "error",
      runs: runs[step] ?? 0,
    }));
  }
}

function start(world: World, scenario: Scenario, step: number, runs: number[]): Booted {
  const { fails, retries, takes } = scenario;
  let attempt = 0;
  const work = async ({ sleep }: Scripted) => {
    runs[step] = (runs[step] ?? 0) + 1;
    // The attempt is told by its file: a step that was not reached in one has not run in it.
    attempt = Math.max(attempt, attemptOf(world, step));
    await sleep(takes[step] ?? 0);
    return fails[step]?.[attempt] ? 9 : 0;
  };
  return boot(world, step + 1, {
    command: ["work"],
    programs: { work },
    task_name: "t",
    task_retries: retries,
    task_start: postFile(1),
    task_end: postFile(fails.length),
  });
}

/** How many attempts of the Task the step has posted so far. */
function attemptOf(world: World, step: number): number {
  const names = world.files.list(`/tekton/run/${step + 1}`) ?? [];
  return names.filter((name) => /^out\.attempt\d+(\.err)?$/.test(name)).length;
}

test("every attempt is played as it should be, and nobody hangs", { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(scenario, async (given) => {
    const world = new World();
    const runs: number[] = [];
    const booted: Booted[] = [];
    boot(world, 0);
    given.fails.forEach((_, step) => {
      world.clock.plan(given.bootsAt[step] ?? 0, () => {
        booted[step] = start(world, given, step, runs);
      });
    });
    const victim = given.killed;
    const after = boot(world, given.fails.length + 1);
    if (victim) world.clock.plan(victim.time, () => booted[victim.step]?.host.kill());
    await world.clock.run();
    const exits = await Promise.all(booted.map((one) => exitOf(world, one)));
    const lived = exits.every((exit) => exit !== undefined);
    exits.forEach((exit, step) => {
      if (step !== victim?.step) expect(exit, `step ${step} has ended`).toBeDefined();
      expect(posted(world, step + 1)).not.toBe("both");
    });
    expect(await exitOf(world, after)).toBeDefined();
    if (!lived) return;
    const seen = exits.map((_, step) => ({ posts: posted(world, step + 1), runs: runs[step] ?? 0 }));
    expect(seen).toEqual(model(given));
    exits.forEach((_, step) => {
      const count = model(given)[step]?.runs ?? 0;
      expect(statusAt(world, step + 1)?.attempt).toBe(Math.max(1, count));
    });
  });
  await fc.assert(property, { numRuns: 500 });
});
