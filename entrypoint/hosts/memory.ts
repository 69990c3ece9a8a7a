// The port in memory: virtual time, a file system that can be made to fail, commands as functions, and processes
// that can be killed anywhere. For tests, and it passes the same contract suite as the hosts of real machines.

import { type Host, HostError } from "../host.ts";
import { pathOf } from "../protocol/index.ts";
import { startWhenSeen } from "./foreseen.ts";
import { Clock } from "./memory/clock.ts";
import { type Gate, memoryFiles } from "./memory/files.ts";
import { type Programs, type Scripted, spawnScripted } from "./memory/processes.ts";
import { Tree } from "./memory/tree.ts";
import { Watchers } from "./memory/waiting.ts";

export type { Programs, Scripted };

/** What one process is given. */
export interface Boot {
  readonly args?: readonly string[];
  readonly environment?: readonly string[];
  readonly programs?: Programs;
  /** Asked before each file call: an errno name makes it fail, "killed" kills the process there and then. */
  readonly fault?: (operation: string, path: string) => string | undefined;
}

export interface MemoryHost extends Host {
  /** Everything logged so far, line by line, and everything printed. */
  readonly logged: readonly string[];
  readonly printed: readonly string[];
  /** As the kernel does with SIGKILL: its pipes are released, its command dies, it never goes on. */
  kill(): void;
  /** Delivers a signal that can be caught. */
  raise(name: string): void;
}

/** Thrown into a process that was killed in the middle of a call; nothing else of it is ever heard. */
export class Killed extends Error {}

/** One machine: processes that share files and time. */
export class World {
  readonly clock = new Clock(Date.UTC(2026, 0, 1));
  readonly tree = new Tree();
  readonly #watchers = new Watchers(this.clock, this.tree);
  /** The files as an onlooker sees them: no faults. */
  readonly files = memoryFiles(
    this.tree,
    () => undefined,
    (path) => this.#watchers.changed(path),
  );

  boot(given: Boot = {}): MemoryHost {
    const life = new Life();
    const gate = gateOf(life, given.fault);
    const logged: string[] = [];
    const printed: string[] = [];
    let handler: (name: string) => void = () => undefined;
    let directory = "/";
    const host: Omit<MemoryHost, "startWhen"> = {
      ...memoryFiles(this.tree, gate, (path) => this.#watchers.changed(path)),
      ...this.#watchers.of(life),
      args: given.args ?? [],
      environment: given.environment ?? [],
      self: "/ko-app/entrypoint",
      platform: { os: "linux", arch: "amd64", variant: "" },
      logged,
      printed,
      now: () => this.clock.now,
      log: (line) => logged.push(line),
      print: (text) => printed.push(text),
      bounded: (_, work) => work(),
      hold: (path) => {
        gate("hold", typeof path === "string" ? path : pathOf(path));
        const hold = this.#watchers.hold(path);
        life.atDeath.push(hold.release);
        return hold;
      },
      enter: (path) => {
        gate("enter", path);
        directory = this.tree.directory(path);
      },
      spawn: (command) => {
        const around = { clock: this.clock, files: this.files, directory };
        const spawned = spawnScripted(around, given.programs ?? {}, command);
        if (spawned.ok) life.atDeath.push(() => spawned.process.signal("SIGKILL"));
        return spawned;
      },
      onSignal: (given) => {
        handler = given;
      },
      adoptOrphans: () => undefined,
      confine: () => true,
      endAll: async () => true,
      kill: () => life.kill(),
      raise: (name) => {
        if (!life.killed) handler(name);
      },
    };
    return { ...host, startWhen: (...words) => startWhenSeen(host, ...words) };
  }
}

class Life {
  killed = false;
  readonly atDeath: (() => void)[] = [];

  kill(): void {
    this.killed = true;
    for (const one of this.atDeath.splice(0)) one();
  }
}

function gateOf(life: Life, fault: Boot["fault"]): Gate {
  return (operation, path) => {
    const code = life.killed ? "killed" : fault?.(operation, path);
    if (code === undefined) return;
    if (code !== "killed") throw new HostError(code, `${path}: ${code}`, path);
    life.kill();
    throw new Killed();
  };
}
