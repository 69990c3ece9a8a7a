// A Task that has yet to begin when another has failed (protocol/fused.md, "Failing fast"): step 0 fails or not, step 1 is
// what step 2 needs.
import { describe, expect, test } from "vitest";
import { postFile } from "../../../entrypoint/protocol/index.ts";
import { type Booted, boot, exitOf, type Given, posted, type Scripted, statusAt, World } from "../_world.ts";

const first: Given = { fail_fast: true, task_name: "late", wait_file: [postFile(1)] };
const needed: Given = { command: ["sleep", "1000"], task_name: "needed", wait_file: [] };

/** What became of step 2, which takes its turn after one second. */
async function third(world: World, failing: Given, late: Given = first): Promise<object> {
  const steps = [
    boot(world, 0, { task_name: "failing", ...failing }),
    boot(world, 1, needed),
    boot(world, 2, late),
  ];
  const exits = await Promise.all(steps.map((step: Booted) => exitOf(world, step)));
  const { state, cause } = statusAt(world, 2) ?? {};
  return { state, ...(cause && { cause }), exit: exits[2], posts: posted(world, 2) };
}

const RAN = { state: "succeeded", exit: 0, posts: "done" };
const kept = (state: string) => ({
  state: "skipped",
  cause: { step: "s0", state },
  exit: 1,
  posts: "error",
});

describe("does not begin after", () => {
  test.each<[string, Given, string]>([
    ["a failure", { command: ["exit", "3"] }, "failed"],
    ["a timeout", { command: ["sleep", "9000"], timeout: 100 }, "timedOut"],
    ["a command that cannot be started", { command: [""] }, "setupFailed"],
  ])("%s", async (_what, failing, state) => {
    expect(await third(new World(), failing)).toEqual(kept(state));
  });

  test("the loss of a step, once somebody knows of it", async () => {
    const world = new World();
    const lost = boot(world, 3, { command: ["sleep", "9000"], task_name: "lost", wait_file: [] });
    world.clock.plan(100, () => lost.host.kill());
    const ended = await third(world, { wait_file: [postFile(3)] });
    expect(ended).toMatchObject({ state: "skipped", cause: { step: "s3", state: "lost" } });
  });
});

describe("begins after", () => {
  test.each<[string, Given, Given?]>([
    ["success", {}],
    ["a failure that the step tolerates", { command: ["exit", "3"], on_error: "continue" }],
    ["an early success", { command: ["exit", "3"], on_error: "stopAndSucceed" }],
    ["a failure that the Task tolerates", { command: ["exit", "3"], task_tolerated: true }],
    ["a failure that came later than what it needs", { command: ["late"] }],
    ["a failure in its own Task", { command: ["exit", "3"], task_name: "late" }],
    ["a failure, where nobody asked", { command: ["exit", "3"] }, { ...first, fail_fast: false }],
  ])("%s", async (_what, failing, late) => {
    const lateFailure = async ({ sleep }: Scripted) => {
      await sleep(2_000);
      return 3;
    };
    // Step 2 has to wait for step 0 as well, as it does where both write the same data.
    const given =
      late ?? (failing.command?.[0] === "late" ? { ...first, wait_settled: [postFile(0)] } : first);
    expect(await third(new World(), { ...failing, programs: { late: lateFailure } }, given)).toEqual(RAN);
  });
});

test("Tasks that need the same Task do not hide each other, however late their containers start", async () => {
  const world = new World();
  const last = { task_name: "a", wait_file: [] };
  const exits = [
    boot(world, 0, last),
    boot(world, 1, { ...first, wait_file: [postFile(0)], command: ["exit", "3"] }),
  ];
  for (const step of exits) await exitOf(world, step);
  expect(
    await exitOf(world, boot(world, 2, { ...first, task_name: "tests", wait_file: [postFile(0)] })),
  ).toBe(0);
});

test("a Task that had begun goes on with its attempts", async () => {
  const world = new World();
  let runs = 0;
  const flaky = async ({ sleep }: Scripted) => {
    await sleep(1_000);
    return runs++ === 0 ? 3 : 0;
  };
  const retries: Given = { task_retries: 2, task_end: postFile(2), command: ["flaky"], programs: { flaky } };
  const failing = { command: ["sleep", "9000"], timeout: 1_500 };
  expect(await third(world, failing, { ...first, ...retries })).toEqual(RAN);
  expect(runs).toBe(2);
});

test("a Task that is skipped so is not tried again", async () => {
  const retries: Given = { task_retries: 2, task_end: postFile(2) };
  expect(await third(new World(), { command: ["exit", "3"] }, { ...first, ...retries })).toEqual(
    kept("failed"),
  );
});
