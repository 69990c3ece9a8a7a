import fc from "fast-check";
import { expect, test } from "vitest";
import { backoff } from "../../../entrypoint/step/retry.ts";
import { boot, exitOf, type Given, posted, statusAt, World } from "../_world.ts";

const flaky = (fails: number, code = 7) => {
  let runs = 0;
  return { flaky: () => (++runs > fails ? 0 : code), count: () => runs };
};

test.each([
  [2, 3, 0, 3],
  [3, 3, 0, 4],
  [4, 3, 7, 4],
  [1, 0, 7, 1],
])(
  "a command that fails %i times with %i retries exits with %i after %i runs",
  async (fails, retries, exit, runs) => {
    const world = new World();
    const { flaky: program } = flaky(fails);
    const step = boot(world, 0, { command: ["flaky"], retries, programs: { flaky: program } });
    expect(await exitOf(world, step)).toBe(exit);
    const status = statusAt(world, 0);
    expect(status?.attempt).toBe(runs);
    expect(status?.attempts?.map(({ exitCode }) => exitCode) ?? []).toEqual(
      runs === 1 ? [] : Array.from({ length: runs }, (_, at) => (at < fails ? 7 : 0)),
    );
  },
);

test.each([
  ["not found", { command: ["nowhere"] }],
  ["not executable", { command: ["plain"] }],
  ["out of the run's time", { command: ["sleep", "9999999"], run_timeout: 1_000 }],
])("a command that is %s is not run again", async (_name, given: Given) => {
  const world = new World();
  const step = boot(world, 0, { retries: 5, ...given });
  await exitOf(world, step);
  expect(statusAt(world, 0)?.attempt).toBe(1);
});

test("each run has the step's whole timeout", async () => {
  const world = new World();
  const step = boot(world, 0, { command: ["sleep", "5000"], timeout: 1_000, retries: 2, retry_backoff: 100 });
  expect(await exitOf(world, step)).toBe(124);
  expect(statusAt(world, 0)?.attempts?.map(({ reason }) => reason)).toEqual(Array(3).fill("TimeoutExceeded"));
});

test("a cancellation ends the pause between runs", async () => {
  const world = new World();
  const step = boot(world, 0, { command: ["exit", "1"], retries: 9, retry_backoff: 60_000 });
  world.clock.plan(1_000, () => step.host.raise("SIGTERM"));
  const start = world.clock.now;
  const took = step.exit.then(() => world.clock.now - start);
  expect(await exitOf(world, step)).toBe(143);
  expect(await took).toBe(1_000);
  expect(posted(world, 0)).toBe("error");
  expect(statusAt(world, 0)?.state).toBe("cancelled");
});

test("results of a run that failed are not those of the next", async () => {
  const world = new World();
  let runs = 0;
  const partly = ({ files }: import("../_world.ts").Scripted) => {
    if (runs++ > 0) return 0;
    files.publish("/tekton/run/0/status/results/half", "x", 0o644);
    return 1;
  };
  const step = boot(world, 0, {
    command: ["partly"],
    retries: 1,
    step_results: ["half"],
    programs: { partly },
  });
  expect(await exitOf(world, step)).toBe(0);
  expect(world.files.read("/termination-0", 1e9)).not.toContain("half");
});

test("pauses double up to five minutes, less up to half of it", () => {
  const inputs = [
    fc.integer({ min: 1, max: 60_000 }),
    fc.nat(40),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ] as const;
  fc.assert(
    fc.property(...inputs, (first, retry, jitter) => {
      const full = Math.min(first * 2 ** retry, 300_000);
      const pause = backoff(first, retry, jitter);
      expect(pause).toBeGreaterThanOrEqual(full / 2);
      expect(pause).toBeLessThanOrEqual(full);
    }),
  );
});
