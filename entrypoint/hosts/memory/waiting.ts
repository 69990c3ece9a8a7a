// Waiting on a tree in memory: a change wakes those who named its path, and nobody else.

import {
  type Cancel,
  type Hold,
  Interrupted,
  type Life,
  type LifeOf,
  type Path,
  type Waiting,
} from "../../host.ts";
import type { Clock } from "./clock.ts";
import type { SocketNode, Tree } from "./tree.ts";

/** A process as far as waiting goes: once it is killed, nothing wakes it. */
export interface Living {
  readonly killed: boolean;
}

interface Watcher {
  readonly paths: readonly string[];
  readonly wake: () => void;
}

export class Watchers {
  readonly #clock: Clock;
  readonly #tree: Tree;
  readonly #all = new Set<Watcher>();

  constructor(clock: Clock, tree: Tree) {
    this.#clock = clock;
    this.#tree = tree;
  }

  /** The port's waiting for one process. */
  of(life: Living): Omit<Waiting, "hold" | "startWhen"> {
    return {
      until: ({ files, peers }, look, cancel) => this.#until([...files, ...peers], look, cancel, life),
      sleep: (milliseconds, cancel) => this.#sleep(milliseconds, cancel, life),
      liveness: async (path) => lifeOf(this.#socketAt(path)),
    };
  }

  hold(path: Path): Hold {
    const socket: SocketNode = { type: "socket", held: true };
    const at = this.#tree.real(path, "may be a link");
    this.#tree.put(at, socket);
    this.changed(at);
    const release = () => {
      if (!socket.held) return;
      socket.held = false;
      this.changed(at);
    };
    return { release };
  }

  /** Wakes whoever watches this path or something below it, once all that goes on now has gone on. */
  changed(path: string): void {
    const real = this.#tree.find(path, false)?.path ?? path;
    const concerns = (watched: string) =>
      watched === path || watched === real || watched.startsWith(`${real}/`);
    for (const { paths, wake } of this.#all) if (paths.some(concerns)) this.#clock.plan(0, wake);
  }

  // --- Internal helpers ---

  #until<T>(
    paths: readonly string[],
    look: (lifeOf: LifeOf) => T | undefined,
    cancel: Cancel,
    life: Living,
  ): Promise<T> {
    if (cancel.fired) return Promise.reject(new Interrupted());
    const seen = new Map<string, SocketNode>();
    const lifeOfPeer = (path: string): Life => {
      const socket = seen.get(path) ?? this.#socketAt(path);
      if (socket !== undefined) seen.set(path, socket);
      return lifeOf(socket);
    };
    return new Promise((resolve, reject) => {
      const stopWatching = () => this.#all.delete(watcher);
      const wake = () => {
        if (life.killed || !this.#all.has(watcher)) return stopWatching();
        try {
          const found = look(lifeOfPeer);
          if (found === undefined) return;
          resolve(found);
        } catch (error) {
          reject(error);
        }
        forget();
        return stopWatching();
      };
      const watcher = { paths: paths.map((path) => this.#tree.find(path)?.path ?? path), wake };
      this.#all.add(watcher);
      const forget = cancel.onFire(() => {
        stopWatching();
        if (!life.killed) reject(new Interrupted());
      });
      wake();
    });
  }

  #socketAt(path: string): SocketNode | undefined {
    const node = this.#tree.find(path, false)?.node;
    return node?.type === "socket" ? node : undefined;
  }

  #sleep(milliseconds: number, cancel: Cancel, life: Living): Promise<void> {
    if (cancel.fired) return Promise.reject(new Interrupted());
    return new Promise((resolve, reject) => {
      const takeBack = this.#clock.plan(milliseconds, () => {
        forget();
        if (!life.killed) resolve();
      });
      const forget = cancel.onFire(() => {
        takeBack();
        if (!life.killed) reject(new Interrupted());
      });
    });
  }
}

const lifeOf = (socket: SocketNode | undefined): Life =>
  socket === undefined ? "absent" : socket.held ? "held" : "released";
