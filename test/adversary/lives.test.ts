// Nobody speaks for another: whatever other processes of the same user do with a step's life line, which they see on a
// read-only mount, it looks alive while it lives and is missed when it is dead.
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { aliveFile } from "../../entrypoint/protocol/index.ts";
import {
  type Build,
  isUp,
  NATIVE,
  type Running,
  startProgram,
  startStep,
  waitFor,
  within,
} from "../blackbox/_entrypoint.ts";
import { type RunFolder, runFolder } from "../blackbox/_run.ts";
import { budget, random } from "./_budget.ts";

/** A death is noticed within 100 ms (measured by the benchmark); a test on a busy machine allows more. */
const SOON = 5_000;

/** As a shell script: $1 is the victim's life line, $2 its run directory. Each goes on until it is killed. */
const HOSTILE: Readonly<Record<string, string>> = {
  writes: 'while :; do printf x > "$1"; done 2> /dev/null',
  "holds it open": 'exec 9<> "$1"; sleep 600',
  "opens and closes": 'while :; do : < "$1"; : >> "$1"; done 2> /dev/null',
  "removes and replaces":
    'while :; do rm -rf "$1"; mv "$2" "$2.old"; mkfifo "$1"; ln -sf /dev/null "$1"; sleep 0.01; done 2> /dev/null',
  "forges an ending": 'while :; do : > "$2/out"; : > "$2/out.err"; sleep 0.01; done 2> /dev/null',
  "calls and hangs on": `exec "$NODE" -e '
    const net = require("node:net"), calls = [];
    for (let at = 0; at < 900; at++) calls.push(net.connect(process.argv[1]).on("error", () => {}));
    setInterval(() => {}, 1000)' "$1"`,
  "calls and talks": `exec "$NODE" -e '
    const net = require("node:net");
    const call = () => net.connect(process.argv[1]).on("error", () => {}).on("close", () => setTimeout(call, 5)).end("dead");
    for (let at = 0; at < 50; at++) call();
    setInterval(() => {}, 1000)' "$1"`,
};

describe.each(NATIVE)("$name: a peer that", (build) => {
  test.each(Object.keys(HOSTILE))("%s changes nothing", async (kind) => {
    const end = Date.now() + budget(0.2 / NATIVE.length / Object.keys(HOSTILE).length);
    const next = random();
    do {
      const run = runFolder();
      await round(build, run, kind, next() * 100, next() < 0.5);
      run.remove();
    } while (Date.now() < end);
  });
});

/** Two waiters, one that is there before the attack and one that comes after; the victim ends well, or is killed. */
async function round(
  build: Build,
  run: RunFolder,
  kind: string,
  pause: number,
  kill: boolean,
): Promise<void> {
  const go = run.file("go");
  const victim = startStep(build, run, 0, ["sh", "-c", `until [ -e ${go} ]; do sleep 0.01; done`]);
  const early = startStep(build, run, 1, ["true"], { after: [0] });
  await waitFor("both are up", () => isUp(run, 0)() && isUp(run, 1)());
  const hostile = attackFrom(run, kind);
  const late = startStep(build, run, 2, ["true"], { after: [0] });
  await waitFor("the late one is up", isUp(run, 2));
  await new Promise((settle) => setTimeout(settle, pause));
  expect([early, late].map(({ child }) => child.exitCode)).toEqual([null, null]);
  if (kill) victim.kill("SIGKILL");
  else startProgram(run, ["touch", go]);
  for (const one of [early, late])
    expect((await within(SOON, `${kind}: the end is noticed`, one.ended)).code).toBe(kill ? 1 : 0);
  const cause = { step: "s0", state: "lost" };
  if (kill) expect([1, 2].map((index) => run.status(index).cause)).toEqual([cause, cause]);
  hostile.kill("SIGKILL");
}

/** In a sandbox, as the same user, with everything read-only. */
const attackFrom = (run: RunFolder, kind: string): Running =>
  startProgram(
    run,
    [
      ...["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--die-with-parent", "--"],
      ...["sh", "-c", HOSTILE[kind] ?? "", "sh", aliveFile(run.post(0)), run.post(0).replace(/\/out$/, "")],
    ],
    { environment: { NODE: process.execPath } },
  );

/** It has called the one that it waits for: beside its streams it has a second socket. */
const hangsOn = ({ pid }: Running): boolean => {
  const descriptors = readdirSync(`/proc/${pid}/fd`).filter((name) => Number(name) > 2);
  return descriptors.filter((name) => isSocket(`/proc/${pid}/fd/${name}`)).length > 1;
};

function isSocket(descriptor: string): boolean {
  try {
    return readlinkSync(descriptor).startsWith("socket:");
  } catch {
    return false;
  }
}

/** What a command does to its own step's directory, $1. */
const SPOILS: readonly string[] = [
  'rm "$1/out.alive"',
  'rm -rf "$1"',
  'mv "$1" "$1.old"',
  'mv "$1" "$1.old"; ln -s / "$1"',
  'rm -rf "$1/status"; ln -s "$1" "$1/status"',
  'rm -rf "$1/status" "$1/.out.tmp"; mkfifo "$1/status" "$1/.out.tmp"',
  'rm "$1/out.alive"; mkfifo "$1/out.alive"',
];

describe.each(NATIVE)("$name: a command that spoils its own directory", (build) => {
  test.each(SPOILS)("%s: its death is noticed", async (spoil) => {
    const run = runFolder();
    const own = run.post(0).replace(/\/out$/, "");
    const script = `until [ -e ${run.file("up")} ]; do sleep 0.01; done; ${spoil}; touch ${run.file("spoilt")}; sleep 600`;
    const step = startStep(build, run, 0, ["sh", "-c", script, "sh", own]);
    const next = startStep(build, run, 1, ["true"], { after: [0] });
    await waitFor("both are up", () => isUp(run, 0)() && hangsOn(next));
    startProgram(run, ["touch", run.file("up")]);
    await waitFor("it is spoilt", () => existsSync(run.file("spoilt")));
    step.kill("SIGKILL");
    expect((await within(SOON, "its death is noticed", next.ended)).code).toBe(1);
    expect(run.status(1).state).toBe("lost");
  });

  test.each(SPOILS.filter((spoil) => !spoil.includes("ln -s / ")))("%s: its end is posted", async (spoil) => {
    const run = runFolder();
    const own = run.post(0).replace(/\/out$/, "");
    const next = startStep(build, run, 1, ["true"], { after: [0] });
    await waitFor("the next one is up", isUp(run, 1));
    const step = startStep(build, run, 0, ["sh", "-c", spoil, "sh", own]);
    const { code } = await within(SOON, "it ends", step.ended);
    expect((await within(SOON, "the next one goes on, or is skipped", next.ended)).code).toBe(code);
    // Where its results can no longer be told from others, it has failed.
    expect(run.status(0)).toMatchObject({ step: "s0", state: code === 0 ? "succeeded" : "failed" });
    expect(code).toBe(spoil.includes("ln -s") ? 1 : 0);
  });
});
