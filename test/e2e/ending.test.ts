// How runs end early: Ctrl-C once and twice, timeouts, a killed baton, a full disk. Nothing hangs, nothing is left.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";
import { folder, taskOf } from "./_baton.ts";

const unique = `31${process.pid}`;
const SLEEPER = taskOf({
  sleep: `trap 'echo cleaning up; exit 3' INT TERM; echo ready; sleep ${unique} & wait`,
  next: "echo never",
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends the steps with grace, and the run is cancelled", async (signal, code) => {
  const { start, left } = folder({ "task.yaml": SLEEPER });
  const run = start(["run", "task.yaml"]);
  await run.until("ready");
  run.child.kill(signal);
  const ended = await run.ended;
  expect(ended.code).toBe(code);
  expect(ended.stdout).toContain("[sleep] cleaning up\n");
  expect(ended.stdout).not.toContain("never");
  expect(ended.stdout).toMatch(new RegExp(`^demo cancelled in .*: cancelled by ${signal}$`, "m"));
  expect(left()).toEqual([]);
  expect(processes(`sleep ${unique}`)).toEqual([]);
});

test.each(["namespaces", "none"])("a second Ctrl-C kills what does not want to end (%s)", async (sandbox) => {
  const stubborn = taskOf({ stay: `trap '' INT TERM; echo ready; while :; do sleep ${unique}; done` });
  const { start, left } = folder({ "task.yaml": stubborn });
  const run = start(["run", "task.yaml", "-o", "json"], { environment: { BATON_SANDBOX: sandbox } });
  await run.until("ready");
  run.child.kill("SIGINT");
  await run.until("once more kills them");
  run.child.kill("SIGINT");
  const ended = await run.ended;
  expect(ended.code).toBe(130);
  expect(JSON.parse(ended.stdout)).toMatchObject({ state: "cancelled", message: "cancelled by SIGINT" });
  expect(left()).toEqual([]);
  expect(processes(`sleep ${unique}`)).toEqual([]);
});

test("a reader that goes away ends the run", async () => {
  const { start, left } = folder({
    "task.yaml": taskOf({ talk: "while :; do echo ready; sleep 0.05; done" }),
  });
  const run = start(["run", "task.yaml"]);
  await run.until("ready");
  run.child.stdout?.destroy();
  expect(await run.ended).toMatchObject({ code: 143 });
  expect(left()).toEqual([]);
});

test("the steps of a killed baton die with it, and the next run clears its directory away", async () => {
  const { start, baton, left, path } = folder({
    "task.yaml": SLEEPER,
    "other.yaml": taskOf({ only: "true" }),
  });
  const run = start(["run", "task.yaml"]);
  await run.until("ready");
  run.child.kill("SIGKILL");
  await run.ended;
  await gone(`sleep ${unique}`);
  expect(left()).toHaveLength(1);
  const next = await baton("run", join(path, "other.yaml"));
  expect(next.stdout).toContain("note: cleared away a run whose baton had been killed\n");
  expect(left()).toEqual([]);
});

test("without namespaces the next run ends what a killed baton left running", async () => {
  const { start, left } = folder({ "task.yaml": SLEEPER, "other.yaml": taskOf({ only: "true" }) });
  const options = { environment: { BATON_SANDBOX: "none" } };
  const run = start(["run", "task.yaml"], options);
  await run.until("ready");
  run.child.kill("SIGKILL");
  await run.ended;
  expect(await start(["run", "other.yaml"], options).ended).toMatchObject({ code: 0 });
  await gone(`sleep ${unique}`);
  expect(left()).toEqual([]);
});

test("runs side by side leave each other alone", async () => {
  const { start, baton, left } = folder({ "task.yaml": SLEEPER, "other.yaml": taskOf({ only: "true" }) });
  const run = start(["run", "task.yaml"]);
  await run.until("ready");
  expect(await baton("run", "other.yaml")).toMatchObject({ code: 0 });
  expect(left()).toHaveLength(1);
  run.child.kill("SIGINT");
  expect((await run.ended).stdout).toContain("cleaning up");
});

test("a timeout of a step ends it, and the run is timed out", async () => {
  const task = taskOf({ slow: `sleep ${unique}` }).replace(
    "- name: slow",
    "- name: slow\n      timeout: 200ms",
  );
  const { record } = folder({ "task.yaml": task });
  expect(await record("task.yaml")).toMatchObject({
    state: "timedOut",
    exitCode: 124,
    steps: [{ state: "timedOut", reason: "TimeoutExceeded" }],
  });
});

test.each([
  ["stops its entrypoint", ""],
  ["hides its record and stops its entrypoint", "rm -rf status/status.json; mkdir status/status.json; "],
  ["says that it has succeeded and stops its entrypoint", "sed -i s/running/succeeded/ status/status.json; "],
])("without namespaces a step that %s is ended all the same when its time is over", async (_what, first) => {
  const script = `cd /tekton/run/0; ${first}kill -STOP $PPID; exec sleep ${unique}`;
  const task = taskOf({ stop: script, next: "echo never" })
    .replace("- name: stop", "- name: stop\n      timeout: 200ms")
    .replace(/script: \|\n +cd/, "command: [sh, -c]\n      args:\n        - cd");
  const { start, left } = folder({ "task.yaml": task });
  const ended = await start(["run", "task.yaml", "-o", "json"], { environment: { BATON_SANDBOX: "none" } })
    .ended;
  const record = JSON.parse(ended.stdout) as RunRecord;
  expect(record).toMatchObject({ state: "timedOut", exitCode: 124 });
  expect(record.steps[0]).toMatchObject({
    state: "timedOut",
    reason: "TimeoutExceeded",
    message: expect.stringContaining("kept from ending it"),
  });
  expect(left()).toEqual([]);
  expect(processes(`sleep ${unique}`)).toEqual([]);
});

test("a killed entrypoint is lost, and so is who waits for it", async () => {
  const task = taskOf({ first: "", next: "echo never" }).replace(
    /script: \|\n +\n/,
    `command: [sh, -c, "echo ready; kill -9 1; sleep ${unique}"]\n`,
  );
  const { start, left } = folder({ "task.yaml": task });
  const run = start(["run", "task.yaml", "-o", "json"]);
  await run.until("ready");
  for (const pid of pids(new RegExp(`^/tekton/bin/entrypoint .*sleep ${unique}`)))
    process.kill(pid, "SIGKILL");
  const ended = await run.ended;
  const record = JSON.parse(ended.stdout) as RunRecord;
  expect(ended.code).toBe(1);
  expect(record).toMatchObject({ state: "failed", exitCode: 1 });
  expect(record.steps.map(({ state }) => state)).toEqual(["lost", "lost"]);
  expect(record.steps[1]?.cause?.step).toBe("step-first");
  expect(left()).toEqual([]);
});

test.runIf(process.getuid?.() === 0)(
  "a disk that fills up fails the step, and the next one does not start",
  async () => {
    const task = taskOf({
      fill: "head -c 100000000 /dev/zero > /workspace/fill; echo full",
      next: "echo never",
    });
    const { path, start } = folder({ "task.yaml": task });
    const wrap = [
      "unshare",
      "--mount",
      "sh",
      "-ec",
      'mount -t tmpfs -o size=4m tmpfs "$0"; exec "$@"',
      join(path, "scratch"),
    ];
    const ended = await start(["run", "task.yaml"], { wrap }).ended;
    expect(ended.code).not.toBe(0);
    expect(ended.stdout).toContain("No space left on device");
    expect(ended.stdout).not.toContain("never");
  },
);

/** Processes whose command line is this. */
const processes = (command: string): string[] =>
  execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.trim() === command);

const pids = (command: RegExp): number[] =>
  execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^ *(\d+) (.*)$/.exec(line))
    .flatMap((match) => (command.test(match?.[2] ?? "") ? [Number(match?.[1])] : []));

async function gone(command: string): Promise<void> {
  await expect.poll(() => processes(command), { timeout: 10_000 }).toEqual([]);
}
