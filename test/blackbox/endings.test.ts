// How a step ends, and what its ending means: protocol/README.md, "Endings".
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorFile } from "../../entrypoint/protocol/index.ts";
import { BUILDS, REAL, start, startStep, waitFor, within } from "./_entrypoint.ts";
import { processesOf, type RunFolder, runFolder } from "./_run.ts";

const TELLING = [0, 1, 2, 32, 64, 125, 126, 127, 128, 129, 137, 254, 255];

describe.each(BUILDS)("$name: endings", (build) => {
  test("every exit code is passed on and recorded", async () => {
    const run = runFolder();
    const codes = build.heavy ? TELLING : Array.from({ length: 256 }, (_, code) => code);
    for (let at = 0; at < codes.length; at += 8) {
      const some = codes.slice(at, at + 8);
      const steps = some.map((code) => startStep(build, run, code, ["sh", "-c", `exit ${code}`]));
      expect(await Promise.all(steps.map(async ({ ended }) => (await ended).code))).toEqual(some);
    }
    for (const code of codes) {
      const state = code === 0 ? "succeeded" : "failed";
      expect(run.status(code)).toMatchObject({ state, by: "command", exitCode: code });
      expect(run.read(`run/${code}/status/exitCode`)).toBe(String(code));
      const post = run.post(code);
      expect([existsSync(post), existsSync(errorFile(post))]).toEqual([code === 0, code !== 0]);
    }
  });

  test.each([
    ["SIGHUP", 1],
    ["SIGABRT", 6],
    ["SIGKILL", 9],
    ["SIGUSR1", 10],
    ["SIGSEGV", 11],
    ["SIGTERM", 15],
  ])("death by %s is 128 + %i", async (signal, number) => {
    const run = runFolder();
    const ended = await startStep(build, run, 0, ["sh", "-c", `ulimit -c 0; kill -${number} $$`]).ended;
    expect(ended).toMatchObject({ code: 128 + number, signal: null });
    expect(run.status(0)).toMatchObject({ state: "failed", by: "command", signal, exitCode: 128 + number });
  });

  test.each([
    ["continue", 0, "out", { state: "failed", exitCode: 7, tolerated: true }],
    ["continueAndFail", 7, "out", { state: "failed", exitCode: 7 }],
    ["stopAndSucceed", 0, "out.err", { state: "failed", exitCode: 7, tolerated: true, stop: true }],
    ["stopAndFail", 7, "out.err", { state: "failed", exitCode: 7 }],
    ["anyOtherWord", 7, "out.err", { state: "failed", exitCode: 7 }],
  ])("-on_error %s: a failure exits with %i and posts %s", async (word, code, posted, status) => {
    const run = runFolder();
    const ended = await startStep(build, run, 0, ["sh", "-c", "exit 7"], { flags: ["-on_error", word] })
      .ended;
    expect(ended.code).toBe(code);
    expect(run.status(0)).toMatchObject(status);
    expect(run.read("run/0/status/exitCode")).toBe("7");
    expect([run.read("run/0/out"), run.read("run/0/out.err")]).toEqual(
      posted === "out" ? ["", undefined] : [undefined, ""],
    );
  });

  test("after stopAndSucceed later steps are skipped and exit with 0", async () => {
    const run = runFolder();
    const steps = [
      startStep(build, run, 0, ["false"], { flags: ["-on_error", "stopAndSucceed"] }),
      startStep(build, run, 1, ["touch", run.file("ran")], { after: [0] }),
      startStep(build, run, 2, ["touch", run.file("ran")], { after: [1] }),
    ];
    expect(await Promise.all(steps.map(async ({ ended }) => (await ended).code))).toEqual([0, 0, 0]);
    for (const index of [1, 2])
      expect(run.status(index)).toMatchObject({ state: "skipped", stop: true, cause: { step: "s0" } });
    expect(run.read("ran")).toBeUndefined();
  });

  test.each([
    ["a timeout", ["sleep", "30"], ["-timeout", "100ms"], { state: "timedOut", exitCode: 124 }],
    ["a missing command", ["no-such-command"], [], { state: "failed", exitCode: 127 }],
  ])("-on_error continue tolerates %s", async (_what, command, flags, status) => {
    const run = runFolder();
    const ended = await startStep(build, run, 0, command, { flags: ["-on_error", "continue", ...flags] })
      .ended;
    expect(ended.code).toBe(0);
    expect(run.status(0)).toMatchObject({ ...status, tolerated: true });
    expect(run.read("run/0/out")).toBe("");
  });

  test("a timeout asks first, then kills the whole group", async () => {
    const run = runFolder();
    const script = `trap "echo asked >> ${run.file("log")}" TERM; (trap "" TERM; sleep 31) & while :; do sleep 0.05; done`;
    const flags = ["-timeout", "200ms", "-grace_period", "300ms"];
    const ended = await within(
      5_000,
      "it ends",
      startStep(build, run, 0, ["sh", "-c", script], { flags }).ended,
    );
    expect(ended.code).toBe(124);
    expect(run.status(0)).toMatchObject({
      state: "timedOut",
      by: "entrypoint",
      reason: "TimeoutExceeded",
      exitCode: 124,
    });
    expect(run.message(0)).toContainEqual({ key: "Reason", value: "TimeoutExceeded", type: 3 });
    expect(run.read("log")).toBe("asked\n");
    await waitFor("nobody of the group is left", () => processesOf(run.path).length === 0, 1_000);
  });

  test("a command that ends when asked is not kept waiting for its grace", async () => {
    const run = runFolder();
    const flags = ["-timeout", "100ms", "-grace_period", "20s"];
    const script = 'trap "exit 5" TERM; while :; do sleep 0.02; done';
    const ended = await within(
      5_000,
      "it ends",
      startStep(build, run, 0, ["sh", "-c", script], { flags }).ended,
    );
    expect(ended.code).toBe(124);
  });

  test("what the command leaves behind in its group ends with it", async () => {
    const run = runFolder();
    expect((await startStep(build, run, 0, ["sh", "-c", "sleep 32 & exit 0"]).ended).code).toBe(0);
    await waitFor("the background process is gone", () => processesOf(run.path).length === 0, 1_000);
  });

  test.each([
    ["a flag that does not exist", ["-no_such_flag", "x"], "-no_such_flag"],
    ["a flag without its value", ["-timeout"], "-timeout"],
    ["a duration that is none", ["-timeout", "soon"], "soon"],
    ["a negative timeout", ["-timeout", "-1s"], "-timeout"],
    ["a word that is no subcommand", ["frobnicate"], "frobnicate"],
  ])("%s is refused with 2, in words, and the next step does not hang", async (_what, words, named) => {
    const run = runFolder();
    const base = [
      "-post_file",
      run.post(0),
      "-step_metadata_dir",
      run.metadata(0),
      "-termination_path",
      run.termination(0),
    ];
    const next = startStep(build, run, 1, ["true"], { after: [0] });
    const ended = await start(build, run, [...base, ...words]).ended;
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(named);
    expect(run.status(0)).toMatchObject({
      state: "setupFailed",
      by: "entrypoint",
      reason: "InvalidFlags",
      exitCode: 2,
    });
    expect((await within(5_000, "the next step ends", next.ended)).code).toBe(1);
    expect(run.status(1)).toMatchObject({ state: "skipped", cause: { state: "setupFailed" } });
  });

  test("a step that ended is not run again by a restarted container", async () => {
    const run = runFolder();
    const step = () => startStep(build, run, 0, ["sh", "-c", `echo ran >> ${run.file("log")}; exit 3`]).ended;
    expect([(await step()).code, (await step()).code]).toEqual([3, 3]);
    expect(run.read("log")).toBe("ran\n");
  });
});

describe.each(REAL)("$name: commands that cannot be started", (build) => {
  test.each([
    ["a command that is nowhere in PATH", 127, () => "no-such-command"],
    ["a path where nothing is", 127, (run: RunFolder) => run.file("nothing")],
    ["a script whose interpreter is missing", 127, script("#!/no/such/interpreter\n", 0o755)],
    ["a script without execute permission", 126, script("#!/bin/sh\n", 0o644)],
    ["a directory", 126, (run: RunFolder) => run.path],
    ["a file that is neither program nor script", 126, script("echo hello\n", 0o755)],
  ])("%s ends with %i, in words", async (_what, code, make) => {
    const run = runFolder();
    const command = make(run);
    const ended = await startStep(build, run, 0, [command]).ended;
    const reason = code === 127 ? "CommandNotFound" : "CommandNotExecutable";
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(command);
    expect(run.status(0)).toMatchObject({ state: "failed", by: "entrypoint", reason, exitCode: code });
    expect(run.status(0).message).toContain(command);
    expect(existsSync(errorFile(run.post(0)))).toBe(true);
  });
});

function script(text: string, mode: number): (run: RunFolder) => string {
  return (run) => {
    writeFileSync(run.file("script"), text);
    chmodSync(run.file("script"), mode);
    return run.file("script");
  };
}
