// An engine on this machine, as a run needs it: the port that podman and docker have each an adapter for.

import type { Readable } from "node:stream";
import type { Called } from "../call.ts";
import type { Look } from "../images.ts";
import type { ContainerSpec } from "./spec.ts";

export interface Driver {
  readonly name: "podman" | "docker";
  /** What an image is; undefined where it is not here. */
  look(image: string): Promise<Look | undefined>;
  /** A network of the run's own, where a run without one would share the engine's with other runs. */
  network(run: string): Promise<string | undefined>;
  /** Resolves when the container is up. Rejects with Refused. */
  start(spec: ContainerSpec, context: StartContext): Promise<RunningContainer>;
  /** Runs a command in a container; resolves with its exit code, or with undefined where it took too long. */
  exec(container: string, argv: readonly string[], milliseconds: number): Promise<number | undefined>;
  /** The address of a container in its network; undefined where this machine cannot reach it. */
  address(container: string): Promise<string | undefined>;
  /** To the first process of each; one that has ended does not mind. */
  signal(containers: readonly string[], name: NodeJS.Signals): Promise<void>;
  /** Containers and networks of the run, now; all that have its label where they are not named. */
  remove(run: string, containers?: readonly string[]): Promise<void>;
  /** The private directory of a run, and what containers have left in it as users that only the engine can be. */
  removeDirectory(directory: string): Promise<void>;
  /** Names of the runs that have containers here. */
  runs(): Promise<readonly string[]>;
}

export interface StartContext {
  /** Name of the run. */
  readonly run: string;
  /** Aborted: never mind. */
  readonly kill: AbortSignal | undefined;
  /** One sentence about how it goes, then or later. */
  notice(message: string): void;
}

export interface RunningContainer {
  /** They end with the container, and after its last byte. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Asked for once they have ended: why, in words, where nobody else knows. */
  ending(): Promise<string>;
}

/** The label by which a later run finds the containers of one whose baton was killed. */
export const LABEL = "run.baton.name";

/** The engine did not do what it was asked to. */
export class Refused extends Error {
  readonly called: Called;

  constructor(called: Called) {
    super(called.stderr);
    this.called = called;
  }
}
