// `collect`: one process that waits for all steps, prints the run and ends as it does.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import type { CollectedRun } from "../../entrypoint/protocol/index.ts";
import { BUILDS, isUp, start, startStep, waitFor, within } from "./_entrypoint.ts";
import { type RunFolder, runFolder } from "./_run.ts";

describe.each(BUILDS)("$name: collect", (build) => {
  const collect = (run: RunFolder, steps: number, refs: object = {}) => {
    const posts = Array.from({ length: steps }, (_, index) => run.post(index)).join(",");
    return start(build, run, ["collect", "-wait_settled", posts, "-task_refs", JSON.stringify(refs)]);
  };
  const collected = (stdout: string): CollectedRun => {
    const lines = stdout.split("\n");
    expect(lines).toHaveLength(2);
    return JSON.parse(lines[0] ?? "");
  };

  test("prints statuses and results of any size, and exits 0 when all went well", async () => {
    const run = runFolder();
    const large = "ü\n".repeat(100_000);
    writeFileSync(run.file("results/large"), large);
    writeFileSync(run.file("elsewhere"), "small");
    const refs = {
      "": { results: "", posts: [] },
      build: { results: run.results, files: { lifted: run.file("elsewhere"), none: "/nowhere" }, posts: [] },
    };
    const { ended } = collect(run, 2, refs);
    startStep(build, run, 1, ["true"], { after: [0] });
    startStep(build, run, 0, ["true"]);
    const { code, stdout } = await within(10_000, "it ends", ended);
    expect(code).toBe(0);
    const { steps, results } = collected(stdout);
    expect(steps.map(({ step, state }) => [step, state])).toEqual([
      ["s0", "succeeded"],
      ["s1", "succeeded"],
    ]);
    expect(results).toEqual({ build: { large, lifted: "small" } });
  });

  test("exits with the code of the first step that failed by itself", async () => {
    const run = runFolder();
    const { ended } = collect(run, 4);
    startStep(build, run, 0, ["sh", "-c", "exit 9"], { flags: ["-on_error", "continue"] });
    startStep(build, run, 1, ["sh", "-c", "exit 7"], { after: [0] });
    startStep(build, run, 2, ["true"], { after: [1] });
    startStep(build, run, 3, ["sh", "-c", "exit 5"], { settled: [2] });
    const { code, stdout } = await within(10_000, "it ends", ended);
    expect(code).toBe(7);
    expect(collected(stdout).steps.map(({ state }) => state)).toEqual([
      "failed",
      "failed",
      "skipped",
      "failed",
    ]);
  });

  test("knows that a killed step is lost, and outlives a SIGTERM", async () => {
    const run = runFolder();
    mkdirSync(dirname(run.post(2)), { recursive: true });
    const posts = [run.post(0), run.post(1)].join(",");
    const collector = start(build, run, ["collect", "-wait_settled", posts, "-post_file", run.post(2)]);
    const first = startStep(build, run, 0, ["sleep", "100"]);
    startStep(build, run, 1, ["true"], { after: [0] });
    // It holds its life line once it listens for signals.
    await waitFor("all are up", () => [0, 1, 2].every((index) => isUp(run, index)()));
    collector.kill("SIGTERM");
    first.kill("SIGKILL");
    const { code, stdout } = await within(10_000, "it ends", collector.ended);
    expect(code).toBe(1);
    expect(collected(stdout).steps.map(({ state }) => state)).toEqual(["lost", "lost"]);
  });

  test("follows each step as it goes, and tells a Task's results before its last ending", async () => {
    const run = runFolder();
    writeFileSync(run.file("results/r"), "value");
    const refs = { t: { results: run.results, posts: [run.post(0), run.post(1)] } };
    const posts = [run.post(0), run.post(1)].join(",");
    const words = ["collect", "-follow", "-wait_settled", posts, "-task_refs", JSON.stringify(refs)];
    const { ended } = start(build, run, words);
    startStep(build, run, 0, ["sh", "-c", "sleep 0.1; exit 3"]);
    startStep(build, run, 1, ["true"], { after: [0] });
    const { stdout } = await within(10_000, "it ends", ended);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const told = lines.map(({ post, status, task, steps }) => {
      if (steps !== undefined) return "run";
      return task ?? `${post === run.post(0) ? 0 : 1} ${status.state}`;
    });
    expect(told).toEqual(["0 running", "0 failed", "t", "1 skipped", "run"]);
    expect(lines[2].results).toEqual({ r: "value" });
  });

  test("tells endings in the order of the steps, however late it sees them", async () => {
    const run = runFolder();
    const steps = [0, 1, 2, 3, 4, 5, 6, 7];
    const posts = steps.map((at) => run.post(at)).join(",");
    const collector = start(build, run, ["collect", "-follow", "-wait_settled", posts]);
    const told: string[] = [];
    collector.child.stdout?.on("data", (chunk) => told.push(String(chunk)));
    const first = startStep(build, run, 0, [
      "sh",
      "-c",
      'until [ -e "$0" ]; do sleep 0.02; done',
      run.file("go"),
    ]);
    const others = steps.slice(1).map((at) => startStep(build, run, at, ["true"], { after: [at - 1] }));
    await waitFor("it watches", () => told.join("").includes("running"));
    collector.kill("SIGSTOP");
    writeFileSync(run.file("go"), "");
    for (const { ended } of [first, ...others]) await within(10_000, "a step ends", ended);
    collector.kill("SIGCONT");
    const { stdout } = await within(10_000, "it ends", collector.ended);
    const ended = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
      .flatMap(({ post, status }) => (status?.state === "succeeded" ? [post] : []));
    expect(ended).toEqual(steps.map((at) => run.post(at)));
  });

  test("finished steps that linger stay until all is collected, and keep their exit code", async () => {
    const run = runFolder();
    const done = run.file("run/result/out");
    mkdirSync(run.file("run/result"), { recursive: true });
    const linger = { flags: ["-linger", done] };
    const first = startStep(build, run, 0, ["sh", "-c", "exit 3"], linger);
    const stopped = startStep(build, run, 1, ["true"], linger);
    await waitFor("both have ended", () => run.read("run/0/out.err") === "" && run.read("run/1/out") === "");
    stopped.kill("SIGTERM");
    expect(await within(5_000, "a signal ends it", stopped.ended)).toMatchObject({ code: 0 });
    expect(first.child.exitCode).toBeNull();
    const posts = [run.post(0), run.post(1)].join(",");
    const { ended } = start(build, run, ["collect", "-wait_settled", posts, "-post_file", done]);
    expect(await within(5_000, "it collects", ended)).toMatchObject({ code: 3 });
    expect(await within(5_000, "it is let go", first.ended)).toMatchObject({ code: 3 });
  });

  test("without anything to wait for it is used wrongly", async () => {
    const { code, stderr } = await start(build, runFolder(), ["collect"]).ended;
    expect(code).toBe(2);
    expect(stderr).toContain("collect needs -wait_settled");
  });
});
