// The port on Linux, inside the static binary: QuickJS runs it, and the module "baton:native" makes its system calls.

import * as native from "baton:native";
import type { Host } from "../host.ts";
import { reapChildren } from "./quickjs/children.ts";
import { checked, EAGAIN } from "./quickjs/errors.ts";
import { files } from "./quickjs/files.ts";
import { startWhen } from "./quickjs/foreseen.ts";
import { hold, liveness } from "./quickjs/lives.ts";
import { turn } from "./quickjs/loop.ts";
import { provideImport } from "./quickjs/modules.ts";
import { onSignal } from "./quickjs/signals.ts";
import { spawn } from "./quickjs/spawn.ts";
import { sleep, until } from "./quickjs/waiting.ts";

export function quickjsHost(): Host {
  const warned = new Set<string>();
  const warnOnce = (problem: string) => {
    if (!warned.has(problem)) log(problem);
    warned.add(problem);
  };
  return {
    args: native.args,
    environment: native.environment,
    // The kernel's own name for it, right even where the file has been replaced since.
    self: "/proc/self/exe",
    platform: { os: "linux", ...architecture(native.machine()) },
    now: native.now,
    log,
    print: (text) => writeWhole(1, text),
    bounded: (milliseconds, work) => checked("its evaluation", native.bounded(milliseconds, work)),
    ...files,
    until: (watch, look, cancel) => until(watch, look, cancel, warnOnce),
    startWhen: (foreseen, watch, look, cancel) => startWhen(foreseen, watch, look, cancel, warnOnce),
    sleep,
    hold,
    liveness: async (path) => liveness(path),
    enter: (directory) => void checked(directory, native.chdir(directory)),
    spawn: (command) => spawn(command, log),
    onSignal,
    adoptOrphans: () => {
      reapChildren();
      // PID 1 has them anyway; a kernel that refuses leaves them to somebody else.
      native.subreaper();
      native.protect();
    },
    confine: () => native.confine() === 0,
    endAll: async () => (await import("./quickjs/descendants.ts")).endAll(),
  };
}

/** Runs the program until it has an exit code, and exits with that. What it throws is a defect, told on standard error. */
export function run(program: () => Promise<number>): never {
  provideImport();
  program().then(native.exit, (error: unknown) => {
    const told =
      error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ""}` : String(error);
    log(`entrypoint: ${told}`);
    native.exit(DEFECT);
  });
  return native.loop(turn);
}

const DEFECT = 125;

/** Go's names for what the kernel calls x86_64 and so on. */
function architecture(machine: string): { readonly arch: string; readonly variant: string } {
  if (machine === "x86_64") return { arch: "amd64", variant: "" };
  if (machine === "aarch64") return { arch: "arm64", variant: "v8" };
  return { arch: machine, variant: "" };
}

const log = (line: string): void => writeWhole(2, `${line}\n`);

/** A stream that is closed has no reader to tell; one that is full for now is waited for. */
function writeWhole(stream: 1 | 2, text: string): void {
  const bytes = native.encode(text);
  for (let done = 0; done < bytes.length; ) {
    const count = native.write(stream, bytes, done);
    if (count === -EAGAIN) native.poll([], 1);
    else if (count < 0) return;
    else done += count;
  }
}
