import { describe, expect, test } from "vitest";
import { boot, bootArguments, exitOf, messageAt, posted, statusAt, World } from "../_world.ts";

const RUN = "/tekton/run/0";
const debug = (world: World, ...words: string[]) => bootArguments(world, ["debug", ...words]);
/** Runs until the step waits at its breakpoint. */
const reach = (world: World) => world.clock.run();

describe("a failure with a breakpoint", () => {
  const given = { command: ["exit", "3"], breakpoint_on_failure: true };

  test("posts nothing until somebody decides", async () => {
    const world = new World();
    const step = boot(world, 0, given);
    expect(await exitOf(world, step)).toBeUndefined();
    expect(posted(world, 0)).toBeUndefined();
    expect(statusAt(world, 0)).toMatchObject({ state: "failed", exitCode: 3 });
  });

  test.each([
    ["continue", 0, "done", { tolerated: true }],
    ["fail", 1, "error", {}],
  ])("`debug %s` ends it with %i", async (verb, exit, posts, status) => {
    const world = new World();
    const step = boot(world, 0, given);
    await reach(world);
    expect(await exitOf(world, debug(world, verb))).toBe(0);
    expect(await exitOf(world, step)).toBe(exit);
    expect(posted(world, 0)).toBe(posts);
    expect(statusAt(world, 0)).toMatchObject({ state: "failed", exitCode: 3, ...status });
  });

  test("Tekton's scripts release it: a post file, then the code, which may appear empty first", async () => {
    const world = new World();
    const step = boot(world, 0, given);
    await reach(world);
    world.files.overwrite(`${RUN}/out.err`, "");
    world.files.overwrite(`${RUN}/out.breakpointexit`, "");
    world.files.overwrite(`${RUN}/out.breakpointexit`, "1\n");
    expect(await exitOf(world, step)).toBe(1);
    expect(posted(world, 0)).toBe("error");
  });

  test("goes on after a failure before it, as Tekton's does", async () => {
    const world = new World();
    boot(world, 0, { command: ["exit", "1"] });
    expect(await exitOf(world, boot(world, 1, { breakpoint_on_failure: true }))).toBe(0);
  });

  test("does not hold a timeout or a cancellation", async () => {
    const world = new World();
    const late = boot(world, 0, { command: ["sleep", "9000"], timeout: 100, breakpoint_on_failure: true });
    expect(await exitOf(world, late)).toBe(124);
    const held = boot(new World(), 0, given);
    await Promise.resolve();
    held.host.raise("SIGTERM");
    expect(await held.exit).toBeGreaterThan(0);
  });

  test("that is released is told once, in the record and in the message alike", async () => {
    const world = new World();
    const step = boot(world, 0, given);
    await reach(world);
    expect(await exitOf(world, debug(world, "continue"))).toBe(0);
    expect(await exitOf(world, step)).toBe(0);
    expect(step.host.logged.filter((line) => line.includes("the command exited with 3"))).toHaveLength(1);
    expect(statusAt(world, 0)).toMatchObject({ state: "failed", tolerated: true, exitCode: 3 });
    expect(messageAt(world, 0)).toMatchObject({ ExitCode: "3" });
  });

  test("is left by a signal as cancelled, and nothing after it starts", async () => {
    const world = new World();
    const step = boot(world, 0, given);
    await reach(world);
    step.host.raise("SIGTERM");
    const next = [1, 2].map((at) =>
      boot(world, at, { breakpoint_on_failure: true, command: ["write", `/ran-${at}`, ""] }),
    );
    expect(await exitOf(world, step)).toBe(143);
    expect(posted(world, 0)).toBe("error");
    expect(statusAt(world, 0)).toMatchObject({ state: "cancelled", reason: "Cancelled", signal: "SIGTERM" });
    for (const [index, one] of next.entries()) {
      expect(await exitOf(world, one)).toBe(1);
      expect(statusAt(world, index + 1)?.cause).toEqual({ step: "s0", state: "cancelled" });
      expect(world.files.stat(`/ran-${index + 1}`)).toBeUndefined();
    }
  });
});

describe("a breakpoint before the step", () => {
  test.each([
    ["beforestep-continue", 0, "done", "succeeded"],
    ["beforestep-fail", 125, "error", "setupFailed"],
  ])("`debug %s` ends it with %i", async (verb, exit, posts, state) => {
    const world = new World();
    const step = boot(world, 0, { debug_before_step: true });
    await reach(world);
    expect(statusAt(world, 0)).toBeUndefined();
    expect(await exitOf(world, debug(world, verb))).toBe(0);
    expect(await exitOf(world, step)).toBe(exit);
    expect(posted(world, 0)).toBe(posts);
    expect(statusAt(world, 0)?.state).toBe(state);
  });

  test.each(["SIGTERM", "SIGINT"])("%s ends it", async (signal) => {
    const world = new World();
    const step = boot(world, 0, { debug_before_step: true });
    await reach(world);
    step.host.raise(signal);
    expect(await exitOf(world, step)).toBeGreaterThan(128);
  });
});

describe("debug", () => {
  test("means the step whose directory can be written", async () => {
    const world = new World();
    const given = { command: ["exit", "3"], breakpoint_on_failure: true };
    const steps = [boot(world, 0, given), boot(world, 1, { ...given, wait_file: [] })];
    await reach(world);
    const fault = (operation: string, path: string) =>
      operation === "publish" && path.startsWith("/tekton/run/0") ? "EROFS" : undefined;
    const released = bootArguments(world, ["debug", "continue"], { fault });
    expect(await exitOf(world, released)).toBe(0);
    expect(released.host.logged).toEqual(["continue: /tekton/run/1/out"]);
    expect(await Promise.all(steps.map((step) => exitOf(world, step)))).toEqual([undefined, 0]);
  });

  test("takes the name of a step", async () => {
    const world = new World();
    const given = { command: ["exit", "3"], breakpoint_on_failure: true, wait_file: [] };
    const steps = [boot(world, 0, given), boot(world, 1, given)];
    await reach(world);
    await exitOf(world, debug(world, "fail", "s1"));
    expect(await Promise.all(steps.map((step) => exitOf(world, step)))).toEqual([undefined, 1]);
  });

  test.each([
    [["continue"], 1, "no step waits here at a breakpoint that continue releases"],
    [["continue", "s9"], 1, '"s9" is not a step that waits here'],
    [["jump"], 2, "usage: entrypoint debug continue|fail|beforestep-continue|beforestep-fail [STEP]"],
    [[], 2, "usage"],
  ])("%j fails in words", async (words, exit, sentence) => {
    const world = new World();
    boot(world, 0, { debug_before_step: true });
    await reach(world);
    const given = debug(world, ...words);
    expect(await exitOf(world, given)).toBe(exit);
    expect(given.host.logged.join()).toContain(sentence);
  });
});
