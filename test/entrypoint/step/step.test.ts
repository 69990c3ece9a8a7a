// The table "Endings" of protocol/README.md, row by row.
import { describe, expect, test } from "vitest";
import { boot, bootArguments, exitOf, type Given, messageAt, posted, statusAt, World } from "../_world.ts";

interface Row {
  readonly given: Given;
  readonly exit: number;
  readonly posts: "done" | "error";
  readonly status: object;
  readonly exitCodeFile?: string;
}

const rows: readonly (readonly [string, Row])[] = [
  [
    "exit 0",
    {
      given: {},
      exit: 0,
      posts: "done",
      status: { state: "succeeded", by: "command", exitCode: 0 },
      exitCodeFile: "0",
    },
  ],
  [
    "exit 3",
    {
      given: { command: ["exit", "3"] },
      exit: 3,
      posts: "error",
      status: { state: "failed", by: "command", exitCode: 3 },
      exitCodeFile: "3",
    },
  ],
  [
    "exit 3, continue",
    {
      given: { command: ["exit", "3"], on_error: "continue" },
      exit: 0,
      posts: "done",
      status: { state: "failed", tolerated: true, exitCode: 3 },
      exitCodeFile: "3",
    },
  ],
  [
    "exit 3, continueAndFail",
    {
      given: { command: ["exit", "3"], on_error: "continueAndFail" },
      exit: 3,
      posts: "done",
      status: { state: "failed", exitCode: 3 },
    },
  ],
  [
    "exit 3, stopAndSucceed",
    {
      given: { command: ["exit", "3"], on_error: "stopAndSucceed" },
      exit: 0,
      posts: "error",
      status: { state: "failed", tolerated: true, stop: true },
    },
  ],
  [
    "exit 3, any other word",
    {
      given: { command: ["exit", "3"], on_error: "whatever" },
      exit: 3,
      posts: "error",
      status: { state: "failed" },
    },
  ],
  [
    "not found",
    {
      given: { command: ["nowhere"] },
      exit: 127,
      posts: "error",
      status: { state: "failed", by: "entrypoint", reason: "CommandNotFound", exitCode: 127 },
    },
  ],
  [
    "not executable",
    {
      given: { command: ["plain"] },
      exit: 126,
      posts: "error",
      status: { state: "failed", by: "entrypoint", reason: "CommandNotExecutable" },
    },
  ],
  [
    "not found, continue",
    {
      given: { command: ["nowhere"], on_error: "continue" },
      exit: 0,
      posts: "done",
      status: { tolerated: true, exitCode: 127 },
    },
  ],
  [
    "timeout",
    {
      given: { command: ["sleep", "5000"], timeout: 1_000 },
      exit: 124,
      posts: "error",
      status: { state: "timedOut", by: "entrypoint", reason: "TimeoutExceeded", exitCode: 124 },
      exitCodeFile: "124",
    },
  ],
  [
    "timeout, continue",
    {
      given: { command: ["sleep", "5000"], timeout: 1_000, on_error: "continue" },
      exit: 0,
      posts: "done",
      status: { state: "timedOut", tolerated: true },
    },
  ],
  [
    "run timeout while running",
    {
      given: { command: ["sleep", "5000"], run_timeout: 1_000 },
      exit: 124,
      posts: "error",
      status: { state: "timedOut" },
    },
  ],
  [
    "when is false",
    {
      given: { when_expressions: '[{"input":"a","operator":"in","values":["b"]}]' },
      exit: 0,
      posts: "done",
      status: { state: "skipped", by: "entrypoint", reason: "Skipped" },
      exitCodeFile: "0",
    },
  ],
  [
    "when is no JSON",
    {
      given: { when_expressions: "?" },
      exit: 125,
      posts: "error",
      status: { state: "setupFailed", reason: "InvalidExpression" },
    },
  ],
  [
    "negative timeout",
    {
      given: { timeout: -1 },
      exit: 2,
      posts: "error",
      status: { state: "setupFailed", reason: "InvalidFlags" },
    },
  ],
  [
    "spire",
    {
      given: { enable_spire: true },
      exit: 2,
      posts: "error",
      status: { state: "setupFailed", reason: "InvalidFlags" },
    },
  ],
  [
    "nothing to run",
    {
      given: { command: [] },
      exit: 2,
      posts: "error",
      status: { state: "setupFailed", reason: "InvalidFlags" },
    },
  ],
  [
    "a reference that is missing",
    {
      given: { command: ["exit", "$(steps.x.results.r)"] },
      exit: 125,
      posts: "error",
      status: { state: "setupFailed", reason: "InvalidReference" },
    },
  ],
  [
    "a result over the budget",
    {
      given: { command: ["write", "/tekton/results/big", "x".repeat(5_000)], results: ["big"] },
      exit: 1,
      posts: "error",
      status: {
        state: "failed",
        by: "entrypoint",
        reason: "ResultTooLarge",
        message: expect.stringContaining('"big" with 5000 bytes'),
      },
    },
  ],
];

test.each(rows)("%s", async (_name, { given, exit, posts, status, exitCodeFile }) => {
  const world = new World();
  world.files.makeDirectory("/tekton/results");
  const step = boot(world, 0, given);
  expect(await exitOf(world, step)).toBe(exit);
  expect(posted(world, 0)).toBe(posts);
  expect(statusAt(world, 0)).toMatchObject({ protocol: 1, step: "s0", ...status });
  expect(statusAt(world, 0)?.finishedAt).toMatch(/^2026-/);
  if (exitCodeFile !== undefined)
    expect(world.files.read("/tekton/run/0/status/exitCode", 1e9)).toBe(exitCodeFile);
});

test("bad flags are posted where the post file is known", async () => {
  const world = new World();
  const step = bootArguments(world, ["-post_file", "/tekton/run/0/out", "-nope", "--", "x"]);
  expect(await exitOf(world, step)).toBe(2);
  expect(posted(world, 0)).toBe("error");
  expect(step.host.logged.join()).toContain("flag provided but not defined: -nope");
});

test("a dash-dash in front protects the user's words", async () => {
  const world = new World();
  const environment = ['TEKTON_PLATFORM_COMMANDS={"linux/amd64":["exit"]}'];
  const step = bootArguments(world, ["--", "7", "init"], { environment });
  expect(await exitOf(world, step)).toBe(7);
});

test("without -entrypoint the platform's command runs, the variant first", async () => {
  const world = new World();
  const step = boot(world, 0, {
    command: [],
    environment: ['TEKTON_PLATFORM_COMMANDS={"linux/arm64":["exit","1"],"linux/amd64":["exit","4"]}'],
  });
  expect(await exitOf(world, step)).toBe(4);
});

describe("a failure", () => {
  test("skips everything after it, and the first cause is named", async () => {
    const world = new World();
    const steps = [boot(world, 0, { command: ["exit", "9"] }), ...[1, 2, 3].map((at) => boot(world, at))];
    const exits = await Promise.all(steps.map((step) => exitOf(world, step)));
    expect(exits).toEqual([9, 1, 1, 1]);
    expect(statusAt(world, 3)).toMatchObject({
      state: "skipped",
      reason: "Skipped",
      cause: { step: "s0", state: "failed" },
      message: "s0 failed",
    });
    expect(messageAt(world, 3)["Reason"]).toBe("Skipped");
  });

  test("of a step that stops and succeeds skips the rest with exit 0", async () => {
    const world = new World();
    const steps = [
      boot(world, 0, { command: ["exit", "9"], on_error: "stopAndSucceed" }),
      boot(world, 1),
      boot(world, 2),
    ];
    expect(await Promise.all(steps.map((step) => exitOf(world, step)))).toEqual([0, 0, 0]);
    expect([1, 2].map((at) => statusAt(world, at))).toMatchObject([
      { stop: true, cause: { step: "s0" } },
      { stop: true },
    ]);
    expect(posted(world, 2)).toBe("error");
  });
});

describe("a step that is killed", () => {
  test("is lost to those who wait for it, and to those behind them", async () => {
    const world = new World();
    const first = boot(world, 0, { command: ["sleep", "60000"] });
    const [second, third] = [boot(world, 1), boot(world, 2)];
    const settled = boot(world, 3, { wait_file: [], wait_settled: ["/tekton/run/2/out"] });
    world.clock.plan(5_000, () => first.host.kill());
    expect(await Promise.all([second, third, settled].map((step) => exitOf(world, step)))).toEqual([1, 1, 0]);
    const cause = { step: "s0", state: "lost" };
    expect(statusAt(world, 1)).toMatchObject({ state: "lost", reason: "StepLost", cause });
    expect(statusAt(world, 2)).toMatchObject({ state: "lost", cause });
    expect(statusAt(world, 3)?.state).toBe("succeeded");
  });

  test("before it ran is named as well", async () => {
    const world = new World();
    const first = boot(world, 0, { wait_file: ["/never"], step_name: "first" });
    const second = boot(world, 1);
    world.clock.plan(10, () => first.host.kill());
    expect(await exitOf(world, second)).toBe(1);
    expect(statusAt(world, 1)?.cause).toEqual({ step: "first", state: "lost" });
  });

  test("has not started while there is no pipe: it is waited for", async () => {
    const world = new World();
    const second = boot(world, 1);
    expect(await exitOf(world, second)).toBeUndefined();
    boot(world, 0);
    expect(await exitOf(world, second)).toBe(0);
  });

  test("says so itself when its container is started again", async () => {
    const world = new World();
    const first = boot(world, 0, { command: ["sleep", "60000"] });
    world.clock.plan(10, () => first.host.kill());
    await world.clock.run();
    expect(await exitOf(world, boot(world, 0))).toBe(1);
    expect(statusAt(world, 0)).toMatchObject({ state: "lost", reason: "StepLost" });
    expect(posted(world, 0)).toBe("error");
  });
});

test.each([
  [{ command: ["exit", "3"] }, 3],
  [{ command: ["exit", "3"], on_error: "continue" }, 0],
  [{ command: ["exit", "3"], on_error: "continueAndFail" }, 3],
  [{ command: ["exit", "3"], on_error: "stopAndSucceed" }, 0],
  [{}, 0],
])("a container started again after %j ends at once with the recorded code", async (given, code) => {
  const world = new World();
  await exitOf(world, boot(world, 0, given));
  expect(await exitOf(world, boot(world, 0, { command: ["sleep", "60000"] }))).toBe(code);
});

describe("signals, the cancel file and the run's limit", () => {
  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ])("%s ends a wait", async (signal, code) => {
    const world = new World();
    const step = boot(world, 1);
    world.clock.plan(100, () => step.host.raise(signal));
    expect(await exitOf(world, step)).toBe(code);
    expect(statusAt(world, 1)).toMatchObject({ state: "cancelled", signal, exitCode: code });
    expect(posted(world, 1)).toBe("error");
  });

  test("the cancel file ends a wait and a run", async () => {
    const world = new World();
    world.files.makeDirectory("/tekton/downward");
    const steps = [boot(world, 0, { command: ["sleep", "60000"] }), boot(world, 1)];
    world.clock.plan(100, () => world.files.publish("/tekton/downward/cancel", "CANCEL", 0o644));
    expect(await Promise.all(steps.map((step) => exitOf(world, step)))).toEqual([143, 143]);
    expect([0, 1].map((at) => messageAt(world, at)["Reason"])).toEqual(["Cancelled", "Cancelled"]);
  });

  test("-run_timeout ends a wait", async () => {
    const world = new World();
    expect(await exitOf(world, boot(world, 1, { run_timeout: 3_000 }))).toBe(124);
    expect(statusAt(world, 1)).toMatchObject({ state: "timedOut", reason: "TimeoutExceeded" });
  });

  test("a signal for the command reaches it, even one that came before it ran", async () => {
    const world = new World();
    const got: string[] = [];
    const listen = async (command: import("../_world.ts").Scripted) => {
      command.onSignal("SIGUSR1", () => got.push("USR1"));
      await command.sleep(1_000);
      return 0;
    };
    const step = boot(world, 1, { command: ["listen"], programs: { listen } });
    step.host.raise("SIGUSR1");
    boot(world, 0);
    world.clock.plan(500, () => step.host.raise("SIGUSR1"));
    expect(await exitOf(world, step)).toBe(0);
    expect(got).toEqual(["USR1", "USR1"]);
  });

  test("a command that minds SIGTERM has the grace period, no more", async () => {
    const world = new World();
    const start = world.clock.now;
    const step = boot(world, 0, { command: ["stubborn", "60000"], timeout: 1_000, grace_period: 2_000 });
    let end = 0;
    step.exit.then(() => {
      end = world.clock.now;
    });
    expect(await exitOf(world, step)).toBe(124);
    expect(end - start).toBe(3_000);
  });

  test("a command that ends well after SIGTERM was cancelled all the same", async () => {
    const world = new World();
    const step = boot(world, 0, { command: ["polite"] });
    world.clock.plan(100, () => step.host.raise("SIGTERM"));
    expect(await exitOf(world, step)).toBe(143);
  });
});

test("directories that may not be looked into do not keep a step from running", async () => {
  const world = new World();
  const fault = (operation: string, path: string) =>
    (operation === "list" && path === "/tekton/steps") || path.startsWith("/tekton/downward")
      ? "EACCES"
      : undefined;
  const step = bootArguments(
    world,
    ["-post_file", "/r/0/out", "-step_metadata_dir", "/r/0/status", "-entrypoint", "true"],
    {
      fault,
    },
  );
  expect(await exitOf(world, step)).toBe(0);
});

test("a step is called what Tekton's links call it, else after its directory", async () => {
  const world = new World();
  const args = [
    "-post_file",
    "/tekton/run/0/out",
    "-step_metadata_dir",
    "/tekton/run/0/status",
    "-entrypoint",
    "true",
  ];
  await exitOf(world, bootArguments(world, args));
  expect(statusAt(world, 0)?.step).toBe("0");
  const linked = new World();
  await exitOf(linked, bootArguments(linked, ["step-init", "step-build"]));
  await exitOf(linked, bootArguments(linked, args));
  expect(statusAt(linked, 0)?.step).toBe("step-build");
});

describe("a run directory that cannot be written", () => {
  test.each(["status.json", "exitCode"])("while %s is recorded: the step fails in words", async (name) => {
    const world = new World();
    let started = false;
    const fault = (operation: string, path: string) =>
      started && operation === "publish" && path.endsWith(name) ? "ENOSPC" : undefined;
    const start = () => {
      started = true;
      return 0;
    };
    const step = boot(world, 0, { command: ["start"], programs: { start }, fault });
    const next = boot(world, 1);
    expect(await exitOf(world, step)).toBe(1);
    expect(await exitOf(world, next)).toBe(1);
    expect(statusAt(world, 0)).toMatchObject({ state: "failed", reason: "CannotRecord" });
    expect(statusAt(world, 1)?.cause).toEqual({ step: "s0", state: "failed" });
  });

  test("from the start: the entrypoint says so and fails", async () => {
    const world = new World();
    const step = boot(world, 0, { fault: (operation) => (operation === "hold" ? "EROFS" : undefined) });
    expect(await exitOf(world, step)).toBe(1);
    expect(step.host.logged.join()).toContain("EROFS");
  });

  test("without pipes the step runs, and says what is lost", async () => {
    const world = new World();
    world.files.makeDirectory("/tekton/run/0");
    const step = boot(world, 0, { fault: (operation) => (operation === "hold" ? "EPERM" : undefined) });
    expect(await exitOf(world, step)).toBe(0);
    expect(step.host.logged.join()).toContain("if this step is killed");
  });
});
