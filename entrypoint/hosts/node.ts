// The port on Node: for macOS, local development, and wherever no native build exists. It shares its files and pipes
// with the native build, so both can stand in one chain. What Node cannot do is stated where it is not done:
// adopting orphans, real-time signals, and handing on an inherited signal mask.

import { writeSync } from "node:fs";
import { endianness } from "node:os";
import { runInNewContext } from "node:vm";
import { type Host, HostError } from "../host.ts";
import { startWhenSeen } from "./foreseen.ts";
import { attempt, codeOf } from "./node/errors.ts";
import { files } from "./node/files.ts";
import { hold, liveness } from "./node/lives.ts";
import { onSignal } from "./node/signals.ts";
import { endAll, spawn } from "./node/spawn.ts";
import { sleep, until } from "./node/waiting.ts";

/** `self` is the file of the running program, which `cp` and `init` copy. */
export function nodeHost(args: readonly string[], self: string): Host {
  const warned = new Set<string>();
  const warnOnce = (problem: string) => {
    if (!warned.has(problem)) log(problem);
    warned.add(problem);
  };
  const host: Omit<Host, "startWhen"> = {
    args,
    environment: Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
    self,
    platform: { os: OS[process.platform] ?? process.platform, ...architecture() },
    now: () => Date.now(),
    log,
    print: (text) => writeWhole(1, text),
    bounded,
    ...files,
    until: (watch, look, cancel) => until(watch, look, cancel, warnOnce),
    sleep,
    hold,
    liveness,
    enter: (directory) => attempt(directory, () => process.chdir(directory)),
    spawn,
    onSignal,
    // Node offers neither wait(-1) nor a subreaper: orphans go to whoever adopts them without us.
    adoptOrphans: () => undefined,
    // Node makes no system call that it has no function for.
    confine: () => false,
    endAll,
  };
  return { ...host, startWhen: (...words) => startWhenSeen(host, ...words) };
}

const OS: Readonly<Record<string, string>> = { win32: "windows" };

/** Go's names for what Node calls x64, ia32 and so on. */
function architecture(): { readonly arch: string; readonly variant: string } {
  const names: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386", mipsel: "mipsle" };
  if (process.arch === "arm64") return { arch: "arm64", variant: "v8" };
  if (process.arch === "arm") return { arch: "arm", variant: "v7" };
  if (process.arch === "ppc64") return { arch: endianness() === "LE" ? "ppc64le" : "ppc64", variant: "" };
  return { arch: names[process.arch] ?? process.arch, variant: "" };
}

/** The engine's own limit on a script: it ends regular expressions, too. */
function bounded<T extends object>(milliseconds: number, work: () => T): T {
  try {
    return runInNewContext("work()", { work }, { timeout: milliseconds }) as T;
  } catch (error) {
    // The error is one of the other context's.
    if ((error as { code?: unknown } | null)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new HostError("ETIME", "its evaluation: timer expired", "its evaluation");
  }
}

const log = (line: string): void => writeWhole(2, `${line}\n`);

/** A stream that is closed has no reader to tell; one that is full for now (EAGAIN) is waited for. */
function writeWhole(stream: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(stream, bytes, done);
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") return;
      pause();
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
