// No hang, ever: whatever is killed, whoever waits for it learns within moments that it is lost, and whose fault it was.
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorFile } from "../../entrypoint/protocol/index.ts";
import { BUILDS, isUp, startStep, waitFor, within } from "./_entrypoint.ts";
import { processesOf, runFolder } from "./_run.ts";

/** The promise is 100 ms (measured by the benchmark); a test on a busy machine allows more. */
const SOON = 2_000;

describe.each(BUILDS)("$name: killed", (build) => {
  test("an entrypoint killed while it waits is lost for those after it", async () => {
    const run = runFolder();
    const step = startStep(build, run, 1, ["true"], { after: [0] });
    const next = startStep(build, run, 2, ["touch", run.file("ran")], { after: [1] });
    await waitFor("both are up", () => isUp(run, 1)() && isUp(run, 2)());
    step.kill("SIGKILL");
    expect((await within(SOON, "the next one ends", next.ended)).code).toBe(1);
    expect(run.status(2)).toMatchObject({
      state: "lost",
      by: "entrypoint",
      reason: "StepLost",
      cause: { step: "s1", state: "lost" },
    });
    expect(existsSync(errorFile(run.post(2)))).toBe(true);
    expect(run.read("ran")).toBeUndefined();
  });

  test("an entrypoint killed while its command runs is lost for the whole chain, by name", async () => {
    const run = runFolder();
    const step = startStep(build, run, 0, ["sh", "-c", `echo > ${run.file("up")}; exec sleep 37`]);
    const others = [1, 2, 3].map((index) => startStep(build, run, index, ["true"], { after: [index - 1] }));
    const always = startStep(build, run, 4, ["true"], { settled: [0, 3] });
    await waitFor(
      "all are up",
      () => run.read("up") !== undefined && [1, 2, 3, 4].every((index) => isUp(run, index)()),
    );
    step.kill("SIGKILL");
    for (const other of others) expect((await within(SOON, "the chain ends", other.ended)).code).toBe(1);
    for (const index of [1, 2, 3])
      expect(run.status(index)).toMatchObject({ state: "lost", cause: { step: "s0", state: "lost" } });
    expect((await within(SOON, "who waits for an ending goes on", always.ended)).code).toBe(0);
    expect(run.status(0).state).toBe("running");
  });

  test("a command that is killed has failed, and its entrypoint says so", async () => {
    const run = runFolder();
    const step = startStep(build, run, 0, ["sh", "-c", `echo $$ > ${run.file("pid")}; exec sleep 38`]);
    const next = startStep(build, run, 1, ["true"], { after: [0] });
    await waitFor("it runs", () => run.read("pid")?.endsWith("\n") === true);
    process.kill(Number(run.read("pid")), "SIGKILL");
    expect((await within(SOON, "it ends", step.ended)).code).toBe(137);
    expect(run.status(0)).toMatchObject({ state: "failed", by: "command", signal: "SIGKILL", exitCode: 137 });
    expect((await within(SOON, "the next one ends", next.ended)).code).toBe(1);
    expect(run.status(1)).toMatchObject({ state: "skipped", cause: { step: "s0", state: "failed" } });
  });

  test("when a whole container is killed, entrypoint and command, the others end", async () => {
    const run = runFolder();
    const step = startStep(build, run, 0, ["sh", "-c", `sleep 39 & echo > ${run.file("up")}; wait`]);
    await waitFor("it runs", () => run.read("up") !== undefined);
    const all = processesOf(run.path);
    const next = startStep(build, run, 1, ["true"], { after: [0] });
    await waitFor("the next one is up", isUp(run, 1));
    for (const pid of all) process.kill(pid, "SIGKILL");
    expect((await step.ended).signal).toBe("SIGKILL");
    expect((await within(SOON, "the next one ends", next.ended)).code).toBe(1);
    expect(run.status(1)).toMatchObject({ state: "lost", cause: { step: "s0" } });
  });

  test("who comes up after the death learns of it, too", async () => {
    const run = runFolder();
    const step = startStep(build, run, 0, ["sh", "-c", `echo > ${run.file("up")}; exec sleep 37`]);
    await waitFor("it runs", () => run.read("up") !== undefined);
    step.kill("SIGKILL");
    await step.ended;
    expect(
      (await within(SOON, "it ends", startStep(build, run, 1, ["true"], { after: [0] }).ended)).code,
    ).toBe(1);
    expect(run.status(1)).toMatchObject({ state: "lost", cause: { step: "s0", state: "lost" } });
  });

  test("a predecessor that has not come up yet is waited for, not lost", async () => {
    const run = runFolder();
    const next = startStep(build, run, 1, ["true"], { after: [0] });
    await waitFor("it is up", isUp(run, 1));
    const early = await Promise.race([
      next.ended,
      new Promise((settle) => setTimeout(settle, 300, "waiting")),
    ]);
    expect(early).toBe("waiting");
    expect((await startStep(build, run, 0, ["true"]).ended).code).toBe(0);
    expect((await within(SOON, "it goes on", next.ended)).code).toBe(0);
  });

  test("a container restarted after a kill does not run its command again: it posts what was lost", async () => {
    const run = runFolder();
    const step = () =>
      startStep(build, run, 0, ["sh", "-c", `echo ran >> ${run.file("log")}; exec sleep 37`]);
    const first = step();
    await waitFor("it runs", () => run.read("log") !== undefined);
    first.kill("SIGKILL");
    await first.ended;
    expect((await within(SOON, "the second life ends", step().ended)).code).toBe(1);
    expect(run.read("log")).toBe("ran\n");
    expect(run.status(0)).toMatchObject({ state: "lost", by: "entrypoint", reason: "StepLost" });
    expect(existsSync(errorFile(run.post(0)))).toBe(true);
    expect((await startStep(build, run, 1, ["true"], { after: [0] }).ended).code).toBe(1);
    expect(run.status(1)).toMatchObject({ state: "lost", cause: { step: "s0", state: "lost" } });
  });

  test("a step that is stopped, not dead, is waited for", async () => {
    const run = runFolder();
    const step = startStep(build, run, 0, ["sh", "-c", `echo > ${run.file("up")}; sleep 0.2`]);
    const next = startStep(build, run, 1, ["true"], { after: [0] });
    await waitFor("both are up", () => run.read("up") !== undefined && isUp(run, 1)());
    step.kill("SIGSTOP");
    const early = await Promise.race([
      next.ended,
      new Promise((settle) => setTimeout(settle, 500, "waiting")),
    ]);
    expect(early).toBe("waiting");
    step.kill("SIGCONT");
    expect((await within(SOON, "both go on", next.ended)).code).toBe(0);
  });
});
