// The subcommands on the host in memory; test/blackbox has them on the built programs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FLAG_HELP } from "../../../entrypoint/protocol/flag-help.ts";
import { FLAG_TABLE, type FlagName } from "../../../entrypoint/protocol/index.ts";
import { helpText } from "../../../entrypoint/subcommands/help.ts";
import { VERSION } from "../../../entrypoint/subcommands/version.ts";
import { boot, bootArguments, exitOf, posted, type Scripted, statusAt, World } from "../_world.ts";

test("the version is the package's", () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8"));
  expect(VERSION).toBe(version);
});

test("the help names every flag, and marks those that are not Tekton's", () => {
  const lines = helpText().split("\n");
  for (const [name, { from }] of Object.entries(FLAG_TABLE)) {
    const line = lines.find((one) => one.trimStart().startsWith(`-${name} `));
    expect(line).toContain(FLAG_HELP[name as FlagName]);
    expect(line?.endsWith("[baton]")).toBe(from === "baton");
  }
});

test.each([
  [["cp", "/a"], 2],
  [["cp", "/none", "/b"], 1],
  [["init", "/a"], 2],
  [["decode-script"], 2],
  [["layout", "x"], 2],
  [["version"], 0],
  [["help"], 0],
  [["collect"], 2],
  [["collect", "-nope"], 2],
  [["nonsense"], 2],
])("%j exits with %i", async (words, exit) => {
  expect(await exitOf(new World(), bootArguments(new World(), words))).toBe(exit);
});

describe("decode-script", () => {
  const file = "/script";
  const text = "#!/bin/sh\necho zwölf 日本\n";

  test("decodes once, keeps the mode, and is whole at any moment", async () => {
    const world = new World();
    world.files.publish(file, Buffer.from(text).toString("base64"), 0o751);
    for (let times = 0; times < 2; times++) {
      expect(await exitOf(world, bootArguments(world, ["decode-script", file]))).toBe(0);
      expect(world.files.read(file, 1e9)).toBe(text);
      expect(world.files.stat(file)?.mode).toBe(0o751);
    }
  });

  test("refuses what is not base64", async () => {
    const world = new World();
    world.files.publish(file, "echo hello", 0o755);
    expect(await exitOf(world, bootArguments(world, ["decode-script", file]))).toBe(1);
    expect(world.files.read(file, 1e9)).toBe("echo hello");
  });
});

describe("sidecar", () => {
  const flags = ["-wait_settled", "/tekton/run/0/out", "-grace_period", "2s", "-entrypoint"];
  const serve = (said: string[]) => async (command: Scripted) => {
    command.onSignal("SIGTERM", () => said.push("bye"));
    while (said.length === 0) await command.sleep(100);
    return 3;
  };

  test("ends with the steps: TERM, its last words, exit 0", async () => {
    const world = new World();
    const said: string[] = [];
    const programs = { serve: serve(said) };
    const sidecar = bootArguments(world, ["sidecar", ...flags, "serve"], { programs });
    boot(world, 0, { command: ["sleep", "5000"] });
    expect(await exitOf(world, sidecar)).toBe(0);
    expect(said).toEqual(["bye"]);
  });

  test("is killed after the grace period, and when the steps are lost", async () => {
    const world = new World();
    const sidecar = bootArguments(world, ["sidecar", ...flags, "stubborn", "--", "99999999"]);
    const step = boot(world, 0, { command: ["sleep", "99999999"] });
    world.clock.plan(1_000, () => step.host.kill());
    const start = world.clock.now;
    const took = sidecar.exit.then(() => world.clock.now - start);
    expect(await exitOf(world, sidecar)).toBe(0);
    expect(await took).toBe(3_000);
  });

  test("that ends by itself has its own ending", async () => {
    const sidecar = bootArguments(new World(), ["sidecar", ...flags, "exit", "--", "9"]);
    expect(await sidecar.exit).toBe(9);
    const missing = bootArguments(new World(), ["sidecar", ...flags, "nowhere"]);
    expect(await missing.exit).toBe(127);
  });

  test.each([
    [["sidecar", "-nope"], 2],
    [["sidecar", "-timeout", "-1s", "-entrypoint", "true"], 2],
    [["sidecar"], 2],
  ])("%j is refused", async (words, exit) => {
    expect(await bootArguments(new World(), words).exit).toBe(exit);
  });

  test("SIGTERM ends it as a cancellation", async () => {
    const world = new World();
    const sidecar = bootArguments(world, ["sidecar", ...flags, "polite"]);
    world.clock.plan(100, () => sidecar.host.raise("SIGTERM"));
    expect(await exitOf(world, sidecar)).toBe(143);
  });
});

test("collect prints statuses and results as one line, and ends as the run did", async () => {
  const world = new World();
  world.files.makeDirectory("/tekton/results");
  boot(world, 0, { command: ["write", "/tekton/results/r", "x".repeat(100_000)] });
  boot(world, 1, { command: ["exit", "6"] });
  const lost = boot(world, 2, { wait_file: [], command: ["sleep", "9999"] });
  world.clock.plan(10, () => lost.host.kill());
  const posts = [0, 1, 2].map((at) => `/tekton/run/${at}/out`).join(",");
  const refs = '{"t":{"results":"/tekton/results","posts":[]},"":{"posts":[]}}';
  const collected = bootArguments(world, ["collect", "-wait_settled", posts, "-task_refs", refs]);
  expect(await exitOf(world, collected)).toBe(6);
  expect(collected.host.printed.join("").split("\n")).toHaveLength(2);
  const run = JSON.parse(collected.host.printed.join(""));
  expect(run.steps.map(({ step, state }: Record<string, string>) => [step, state])).toEqual([
    ["s0", "succeeded"],
    ["s1", "failed"],
    ["s2", "lost"],
  ]);
  expect(run.results.t.r).toHaveLength(100_000);
});

const serveUntilTold = async (command: Scripted): Promise<number> => {
  let isTold = false;
  command.onSignal("SIGTERM", () => {
    isTold = true;
  });
  while (!isTold) await command.sleep(100);
  return 0;
};

const STANDARD = {
  exit: ({ argv }: Scripted) => Number(argv[1]),
  stubborn: async (command: Scripted) => {
    command.onSignal("SIGTERM", () => undefined);
    await command.sleep(Number(command.argv[1]));
    return 0;
  },
};

describe("sidecar that takes its turn", () => {
  const flags = (index: number, ...more: readonly string[]) => [
    ...["sidecar", "-post_file", `/tekton/run/${index}/out`, "-step_name", `s${index}`],
    ...["-step_metadata_dir", `/tekton/run/${index}/status`, ...more],
  ];

  test("others wait until its test succeeds, and its word stays when it is ended later", async () => {
    const world = new World();
    let asked = 0;
    const programs = { test: () => (++asked < 4 ? 1 : 0), polite: serveUntilTold };
    const words = [...flags(0, "-ready_test", "test", "-ready_test", "-x"), "-entrypoint", "polite"];
    const sidecar = bootArguments(world, words, { programs });
    const step = boot(world, 1);
    world.clock.plan(60_000, () => sidecar.host.raise("SIGTERM"));
    expect(await exitOf(world, step)).toBe(0);
    expect(asked).toBe(4);
    expect(statusAt(world, 0)).toMatchObject({ state: "succeeded", by: "entrypoint", message: "ready" });
    expect(await exitOf(world, sidecar)).toBe(143);
    expect(posted(world, 0)).toBe("done");
  });

  test("it waits for steps itself, and is skipped with them", async () => {
    const world = new World();
    boot(world, 0, { command: ["exit", "3"] });
    const after = ["-wait_file", "/tekton/run/0/out"];
    const sidecar = bootArguments(world, [...flags(1, ...after), "-entrypoint", "polite"]);
    const step = boot(world, 2);
    expect(await exitOf(world, step)).toBe(1);
    expect(await exitOf(world, sidecar)).toBe(1);
    expect(statusAt(world, 2)).toMatchObject({ state: "skipped", cause: { step: "s0", state: "failed" } });
  });

  test.each([
    ["its command ends before", ["exit", "0"], ["-ready_test", "no"], { state: "failed", exitCode: 1 }],
    ["its command fails before", ["exit", "9"], ["-ready_test", "no"], { state: "failed", exitCode: 9 }],
    [
      "it takes too long",
      ["stubborn", "99999"],
      ["-ready_test", "no", "-ready_limit", "5s"],
      { state: "timedOut", exitCode: 124, message: "it was not ready within 5s: its test exits with 1" },
    ],
    [
      "its test takes too long",
      ["stubborn", "99999"],
      ["-ready_test", "long", "-ready_timeout", "2s", "-ready_limit", "5s"],
      { state: "timedOut", message: "it was not ready within 5s: its test took longer than 2s" },
    ],
  ])("who waits for it is skipped where %s", async (_, [name = "", ...words], more, status) => {
    const world = new World();
    const programs = { no: () => 1, long: async ({ sleep }: Scripted) => sleep(1e7).then(() => 0) };
    const line = [...flags(0, ...more), "-entrypoint", name, "--", ...words];
    bootArguments(world, line, { programs: { ...programs, ...STANDARD } });
    const step = boot(world, 1);
    expect(await exitOf(world, step)).toBe(1);
    expect(statusAt(world, 0)).toMatchObject(status);
    expect(statusAt(world, 1)?.cause).toEqual({ step: "s0", state: status.state });
  });

  test("one that is started again runs at once", async () => {
    const world = new World();
    boot(world, 0);
    const words = [...flags(1, "-wait_file", "/tekton/run/0/out"), "-entrypoint", "exit", "--", "4"];
    expect(await exitOf(world, bootArguments(world, words))).toBe(4);
    world.files.remove("/tekton/run/0/out");
    expect(await exitOf(world, bootArguments(world, words))).toBe(4);
  });

  test("killed before it is ready, it is lost", async () => {
    const world = new World();
    const line = [...flags(0, "-ready_test", "no"), "-entrypoint", "stubborn", "--", "99999999"];
    const sidecar = bootArguments(world, line, { programs: { ...STANDARD, no: () => 1 } });
    const step = boot(world, 1);
    world.clock.plan(1_000, () => sidecar.host.kill());
    expect(await exitOf(world, step)).toBe(1);
    expect(statusAt(world, 1)).toMatchObject({ state: "lost", cause: { step: "s0", state: "lost" } });
  });
});

test("words alone are a command", async () => {
  expect(await exitOf(new World(), bootArguments(new World(), ["--", "exit", "6"]))).toBe(6);
});

describe("collect, asked to end", () => {
  const words = ["collect", "-wait_settled", "/tekton/run/0/out,/tekton/run/1/out"];

  test("takes those for lost that never came up, and goes by those that came", async () => {
    const world = new World();
    const collector = bootArguments(world, words);
    const step = boot(world, 0, { command: ["exit", "5"] });
    world.clock.plan(1_000, () => collector.host.raise("SIGTERM"));
    expect(await exitOf(world, step)).toBe(5);
    expect(await exitOf(world, collector)).toBe(5);
    expect(posted(world, 1)).toBe("error");
  });

  test("prefers who failed to who was cancelled for it", async () => {
    const world = new World();
    const cancelled = boot(world, 0, { command: ["stubborn", "100"] });
    boot(world, 1, { command: ["exit", "5"], wait_file: [] });
    world.clock.plan(10, () => cancelled.host.raise("SIGTERM"));
    expect(await exitOf(world, bootArguments(world, words))).toBe(5);
  });
});
