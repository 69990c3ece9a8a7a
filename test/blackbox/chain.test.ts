// Steps in order: chains, graphs, failures on their way, and the files they leave.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { errorFile } from "../../entrypoint/protocol/index.ts";
import { BUILDS, isUp, startStep, waitFor, within } from "./_entrypoint.ts";
import { runFolder } from "./_run.ts";

describe.each(BUILDS)("$name: steps in order", (build) => {
  const LENGTH = build.heavy ? 6 : 50;

  test("a chain whose steps are started last first runs in order", async () => {
    const run = runFolder();
    const log = run.file("log");
    const steps = Array.from({ length: LENGTH }, (_, at) => LENGTH - 1 - at).map((index) =>
      startStep(
        build,
        run,
        index,
        ["sh", "-c", `echo ${index} >> ${log}`],
        index > 0 ? { after: [index - 1] } : {},
      ),
    );
    for (const step of steps)
      expect(await within(20_000, "the chain ends", step.ended)).toMatchObject({ code: 0 });
    expect(run.read("log")?.trim().split("\n").map(Number)).toEqual(
      Array.from({ length: LENGTH }, (_, at) => at),
    );
    for (let index = 0; index < LENGTH; index++)
      expect(run.status(index)).toMatchObject({
        protocol: 1,
        step: `s${index}`,
        state: "succeeded",
        by: "command",
        exitCode: 0,
        attempt: 1,
      });
  });

  test("a step that succeeds leaves its post file, its exit code and its record, and nothing half-written", async () => {
    const run = runFolder();
    expect(await startStep(build, run, 0, ["true"]).ended).toMatchObject({ code: 0, stdout: "" });
    expect(readdirSync(dirname(run.post(0))).sort()).toEqual(["out", "out.alive", "status"]);
    expect(run.read("run/0/status/exitCode")).toBe("0");
    expect(run.status(0).startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(run.message(0)).toEqual([{ key: "StartedAt", value: run.status(0).startedAt, type: 3 }]);
  });

  test("a failure skips all that come after, and each names the step that failed", async () => {
    const run = runFolder();
    const steps = [
      startStep(build, run, 0, ["sh", "-c", "exit 3"]),
      startStep(build, run, 1, ["touch", run.file("ran")], { after: [0] }),
      startStep(build, run, 2, ["touch", run.file("ran")], { after: [1] }),
    ];
    const codes = await within(
      10_000,
      "all end",
      Promise.all(steps.map(async ({ ended }) => (await ended).code)),
    );
    expect(codes).toEqual([3, 1, 1]);
    expect(run.status(0)).toMatchObject({ state: "failed", by: "command", exitCode: 3 });
    for (const index of [1, 2]) {
      expect(run.status(index)).toMatchObject({ state: "skipped", cause: { step: "s0", state: "failed" } });
      expect(run.message(index)).toContainEqual({ key: "Reason", value: "Skipped", type: 3 });
      expect([existsSync(run.post(index)), existsSync(errorFile(run.post(index)))]).toEqual([false, true]);
    }
    expect(run.read("ran")).toBeUndefined();
  });

  test("several wait files are waited for in any order; the first failure decides", async () => {
    const run = runFolder();
    const waiting = startStep(build, run, 3, ["true"], { after: [0, 1, 2] });
    await waitFor("it is up", isUp(run, 3));
    expect((await startStep(build, run, 2, ["true"]).ended).code).toBe(0);
    expect((await startStep(build, run, 1, ["false"]).ended).code).toBe(1);
    expect((await within(5_000, "it ends without step 0", waiting.ended)).code).toBe(1);
    expect(run.status(3)).toMatchObject({ state: "skipped", cause: { step: "s1" } });
  });

  test("a diamond joins once both sides are done", async () => {
    const run = runFolder();
    const mark = (index: number) => ["sh", "-c", `echo ${index} >> ${run.file("log")}`];
    const steps = [
      startStep(build, run, 3, mark(3), { after: [1, 2] }),
      startStep(build, run, 2, mark(2), { after: [0] }),
      startStep(build, run, 1, mark(1), { after: [0] }),
      startStep(build, run, 0, mark(0)),
    ];
    for (const { ended } of steps) expect((await within(10_000, "the diamond ends", ended)).code).toBe(0);
    const order = (run.read("log") ?? "").trim().split("\n").map(Number);
    expect([order[0], order[3], ...order.sort()]).toEqual([0, 3, 0, 1, 2, 3]);
  });

  test("a step that waits for settled ones runs after a failure, too", async () => {
    const run = runFolder();
    const last = startStep(build, run, 2, ["true"], { settled: [0, 1] });
    const codes = [startStep(build, run, 0, ["false"]), startStep(build, run, 1, ["true"]), last];
    expect(
      await within(10_000, "all end", Promise.all(codes.map(async ({ ended }) => (await ended).code))),
    ).toEqual([1, 0, 0]);
    expect(run.status(2)).toMatchObject({ state: "succeeded" });
  });

  test("with -wait_file_content an empty file does not count", async () => {
    const run = runFolder();
    const ready = run.file("ready");
    writeFileSync(ready, "");
    const step = startStep(build, run, 0, ["true"], { flags: ["-wait_file", ready, "-wait_file_content"] });
    await waitFor("it is up", isUp(run, 0));
    expect(existsSync(run.post(0))).toBe(false);
    writeFileSync(ready, "READY");
    expect((await within(5_000, "it goes on", step.ended)).code).toBe(0);
  });

  test("files of an entrypoint without pipes are waited for as well", async () => {
    const run = runFolder();
    const foreign = run.file("foreign/out");
    const done = startStep(build, run, 0, ["true"], { flags: ["-wait_file", foreign] });
    const skipped = startStep(build, run, 1, ["true"], { flags: ["-wait_file", run.file("other/out")] });
    await waitFor("both are up", () => isUp(run, 0)() && isUp(run, 1)());
    await startStep(build, run, 9, ["sh", "-c", `mkdir -p ${run.file("foreign")} ${run.file("other")}`])
      .ended;
    writeFileSync(foreign, "");
    writeFileSync(run.file("other/out.err"), "");
    expect((await within(5_000, "it goes on", done.ended)).code).toBe(0);
    expect((await within(5_000, "it is skipped", skipped.ended)).code).toBe(1);
  });

  test("a step whose predecessor ended long ago does not wait", async () => {
    const run = runFolder();
    await startStep(build, run, 0, ["true"]).ended;
    expect(
      (await within(5_000, "it runs", startStep(build, run, 1, ["true"], { after: [0] }).ended)).code,
    ).toBe(0);
    await startStep(build, run, 2, ["false"]).ended;
    expect(
      (await within(5_000, "it is skipped", startStep(build, run, 3, ["true"], { after: [2] }).ended)).code,
    ).toBe(1);
  });
});
