// While a step waits for its turn: it can be ended, it costs nothing, and it wakes at once.
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorFile } from "../../entrypoint/protocol/index.ts";
import { BUILDS, isUp, NATIVE, REAL, startProgram, startStep, waitFor, within } from "./_entrypoint.ts";
import { startInPod } from "./_pod.ts";
import { runFolder } from "./_run.ts";

describe.each(BUILDS)("$name: while waiting", (build) => {
  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)("%s ends it with %i, and what comes after is skipped", async (signal, code) => {
    const run = runFolder();
    const step = startStep(build, run, 1, ["touch", run.file("ran")], { after: [0] });
    const next = startStep(build, run, 2, ["touch", run.file("ran")], { after: [1] });
    await waitFor("both are up", () => isUp(run, 1)() && isUp(run, 2)());
    step.kill(signal);
    expect(await within(3_000, "it ends", step.ended)).toMatchObject({ code, signal: null });
    expect(run.status(1)).toMatchObject({
      state: "cancelled",
      by: "entrypoint",
      reason: "Cancelled",
      signal,
    });
    expect(run.message(1)).toContainEqual({ key: "Reason", value: "Cancelled", type: 3 });
    expect(existsSync(errorFile(run.post(1)))).toBe(true);
    expect((await within(3_000, "the next one ends", next.ended)).code).toBe(1);
    expect(run.status(2)).toMatchObject({ state: "skipped", cause: { step: "s1", state: "cancelled" } });
    expect(run.read("ran")).toBeUndefined();
  });

  test("-run_timeout ends a wait as it ends a run", async () => {
    const run = runFolder();
    const waiting = startStep(build, run, 1, ["true"], { after: [0], flags: ["-run_timeout", "300ms"] });
    const running = startStep(build, run, 2, ["sleep", "36"], { flags: ["-run_timeout", "300ms"] });
    for (const [index, step] of [
      [1, waiting],
      [2, running],
    ] as const) {
      const ended = await within(5_000, "it ends", step.ended);
      expect(ended.code).toBe(124);
      expect(run.status(index)).toMatchObject({ state: "timedOut", by: "entrypoint", exitCode: 124 });
    }
  });

  test("-timeout does not count while it waits", async () => {
    const run = runFolder();
    const step = startStep(build, run, 1, ["true"], { after: [0], flags: ["-timeout", "100ms"] });
    await waitFor("it is up", isUp(run, 1));
    await startStep(build, run, 0, ["sleep", "0.3"]).ended;
    expect((await within(5_000, "it ends", step.ended)).code).toBe(0);
  });

  test("the cancel file ends a step that waits and a step that runs", async () => {
    const run = runFolder();
    mkdirSync(run.file("tekton/downward"), { recursive: true });
    writeFileSync(run.file("tekton/downward/cancel"), "");
    const flags = (index: number) => [
      "-post_file",
      run.post(index),
      "-step_metadata_dir",
      run.metadata(index),
      "-step_name",
      `s${index}`,
    ];
    const script = `trap "echo asked > ${run.file("log")}; exit" TERM; echo > ${run.file("up")}; while :; do sleep 0.02; done`;
    const running = startInPod(run, [...build.argv, ...flags(0), "-entrypoint", "sh", "--", "-c", script]);
    const waiting = startInPod(run, [
      ...build.argv,
      ...flags(1),
      "-wait_file",
      run.file("never/out"),
      "-entrypoint",
      "true",
    ]);
    await waitFor("one runs, one waits", () => run.read("up") !== undefined && isUp(run, 1)());
    writeFileSync(run.file("tekton/downward/cancel"), "CANCEL");
    for (const [index, step] of [
      [0, running],
      [1, waiting],
    ] as const) {
      expect((await within(5_000, "it ends", step.ended)).code).toBe(143);
      expect(run.status(index)).toMatchObject({ state: "cancelled", by: "entrypoint", reason: "Cancelled" });
    }
    expect(run.read("log")).toBe("asked\n");
  });

  test("a chain needs no poll: a dozen hand-overs take less than one period of the slow one", async () => {
    const run = runFolder();
    const steps = Array.from({ length: 12 }, (_, index) =>
      startStep(build, run, index, ["true"], { after: index === 0 ? [] : [index - 1] }),
    );
    const ended = await within(5_000, "they end", Promise.all(steps.map((step) => step.ended)));
    expect(ended.map(({ code }) => code)).toEqual(steps.map(() => 0));
  });
});

describe.each(REAL)("$name: without file events", (build) => {
  test("a wait goes on by looking now and then, and says so once", async () => {
    const run = runFolder();
    // A user namespace has limits of its own: here the kernel gives out no inotify instance at all.
    const none = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"';
    const flags = ["-post_file", run.post(1), "-wait_file", run.post(0), "-entrypoint", "true"];
    const argv = ["unshare", "--user", "--map-root-user", "sh", "-c", none, "sh", ...build.argv, ...flags];
    const step = startProgram(run, argv);
    let told = "";
    step.child.stderr?.on("data", (piece: Buffer) => {
      told += piece.toString();
    });
    await waitFor("it says so", () => told.includes("no file events"));
    await startStep(build, run, 0, ["sleep", "0.2"]).ended;
    const ended = await within(8_000, "it goes on", step.ended);
    expect(ended.code).toBe(0);
    expect(ended.stderr.match(/no file events/g)).toHaveLength(1);
  });
});

describe.each(NATIVE)("$name: the price of waiting", (build) => {
  test("a waiting step wakes at most once in five seconds, has one thread, and takes at most 0.6 MB of its own", async () => {
    const run = runFolder();
    const step = startStep(build, run, 1, ["true"], { after: [0] });
    const peer = startStep(build, run, 2, ["true"], { after: [1] });
    await waitFor("both are up", () => isUp(run, 1)() && isUp(run, 2)());
    // Past the moments of coming up: the count stands still between two readings.
    await waitFor("they have settled down", () => asleep(step.pid) && asleep(peer.pid));
    await waitFor("the peer needs no more than a pipe", () => !holdsInotify(peer.pid));
    await waitFor("it sleeps", () => asleep(peer.pid));
    const before = [wakeUps(step.pid), wakeUps(peer.pid)];
    const begun = Date.now();
    await waitFor("three seconds have passed", () => Date.now() - begun > 3_000);
    expect(wakeUps(step.pid) - (before[0] ?? 0)).toBeLessThanOrEqual(1);
    expect(wakeUps(peer.pid) - (before[1] ?? 0), "where a pipe is held").toBe(0);
    expect(readdirSync(`/proc/${step.pid}/task`)).toHaveLength(1);
    for (const { pid } of [step, peer]) {
      expect(privateKiB(pid)).toBeLessThanOrEqual(600);
      expect(residentKiB(pid)).toBeLessThanOrEqual(1_300);
    }
    expect((await startStep(build, run, 0, ["true"]).ended).code).toBe(0);
    expect((await within(3_000, "the chain ends", peer.ended)).code).toBe(0);
  });
});

/** Times that the process gave up the processor by itself: each is one wake-up earlier. */
const wakeUps = (pid: number): number =>
  Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

/** What no other process shares: pages of the program's file cost a node nothing, however many steps wait. */
const privateKiB = (pid: number): number =>
  [...readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce(
    (sum, [, size]) => sum + Number(size),
    0,
  );

const residentKiB = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

const holdsInotify = (pid: number): boolean =>
  readdirSync(`/proc/${pid}/fd`).some((descriptor) =>
    linkOf(`/proc/${pid}/fd/${descriptor}`).includes("inotify"),
  );

/** A descriptor may be closed by the time it is looked at. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

const asleep = (pid: number): boolean => /^State:\s+S/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
