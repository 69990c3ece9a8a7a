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
  /** Where the engine keeps a volume of that name; undefined where it has none. */
  volume(name: string): Promise<Kept | undefined>;
  /** Resolves when the container is up. Rejects with Refused. */
  start(spec: ContainerSpec, context: StartContext): Promise<RunningContainer>;
  /** Runs a command in a container; resolves with its exit code, or with undefined where it took too long. */
  exec(container: string, argv: readonly string[], milliseconds: number): Promise<number | undefined>;
  /** Whether this machine reaches the ports of containers in networks of their own. */
  readonly reachesPorts: boolean;
  /** The address of a container in its network. */
  address(container: string): Promise<string | undefined>;
  /** To the first process of each; one that has ended does not mind. */
  signal(containers: readonly string[], name: NodeJS.Signals): Promise<void>;
  /** Containers and networks of the run, now; all that have its label where they are not named. */
  remove(run: string, containers?: readonly string[]): Promise<void>;
  /** The private directory of a run, and what containers have left in it as users that only the engine can be. */
  removeDirectory(directory: string): Promise<void>;
  /** Names of the runs that have containers here. */
  runs(): Promise<readonly string[]>;
  /** The folder of the marks of runs (marks.ts), where to ask for them takes long. */
  readonly marks?: string;
}

export interface Kept {
  readonly path: string;
  /** A directory, and nothing that is mounted there only for those who use it. */
  readonly isDirectory: boolean;
}

/** As both engines print it. */
export interface VolumeInspected {
  readonly Driver?: string;
  readonly Mountpoint?: string;
  readonly Options?: Readonly<Record<string, string>> | null;
}

export const keptIn = (volume: VolumeInspected | undefined): Kept | undefined =>
  volume && {
    path: volume.Mountpoint ?? "",
    isDirectory: volume.Driver === "local" && Object.keys(volume.Options ?? {}).length === 0,
  };

export interface StartContext {
  /** Name of the run. */
  readonly run: string;
  /** Its private directory. */
  readonly directory: string;
  /** Containers are to be there afterwards. */
  readonly keep: boolean;
  /** Aborted: never mind. */
  readonly kill: AbortSignal | undefined;
  /** One sentence about how it goes, then or later. */
  notice(message: string): void;
}

export interface RunningContainer {
  /** They end with the container, and after its last byte. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Asked for once they have ended, where nobody else knows how. */
  ending(): Promise<{ readonly words: string; readonly exitCode?: number }>;
}

/** Of a step whose entrypoint could not say how it went. */
export function lossWords(id: string, exitCode: number, isOutOfMemory: boolean): string {
  if (isOutOfMemory) return `${id} was killed before it could report: it needed more memory than its limit`;
  if (exitCode === KILLED) return `${id} was killed before it could report`;
  return `${id} ended before it could report, exit code ${exitCode}`;
}

const KILLED = 137;

export const removedWords = (id: string): string => `${id} was removed before it could report`;

/** The label by which a later run finds the containers of one whose baton was killed. */
export const LABEL = "run.baton.name";

/** The engine does not see this machine's directories, or cannot do without a log of its own. */
export class NotHere extends Error {}

/** The engine did not do what it was asked to. */
export class Refused extends Error {
  /** The step or sidecar whose container it was for. */
  readonly id: string;
  readonly called: Called;

  constructor(id: string, stderr: string) {
    super(stderr);
    this.id = id;
    this.called = { code: 1, stdout: "", stderr };
  }
}
