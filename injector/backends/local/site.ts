// Where a run takes place on this machine: its private directory, the program that runs the steps, and what can be kept
// from them here.

import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { removeTree, removeTreeSync } from "../../beneath/remove.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";
import { clearInternal, disown, makeRunDirectory, sweepOrphans } from "../host/directory.ts";
import { findProgram, type Program } from "../host/program.ts";
import { claimsFolder } from "../host/volumes.ts";
import { endLeftovers } from "./leftovers.ts";
import { enter } from "./neighbours.ts";
import { endRegistered } from "./processes.ts";
import { probed, probeEarly, type Sandbox } from "./sandbox.ts";
import { isWithin } from "./view.ts";

export interface LocalSite {
  readonly directory: string;
  readonly sandbox: Sandbox;
  /** Directories with runs of this user in them, which no step is to see. */
  readonly hidden: readonly string[];
  /** Device nodes that every step of the run sees. */
  readonly devices: readonly string[];
  readonly program: Program;
  /** Variables of every step; they win over what a Task says. */
  readonly environment: Readonly<Record<string, string>>;
  /** The user's home directory, where steps may read and write it. */
  readonly home: string | undefined;
  /** Sentences about how runs are carried out here, for the first events of the run. */
  readonly notices: readonly string[];
  /** Makes room for another plan of the same run: its own directories are empty again, its data is still there. */
  clear(): Promise<void>;
  /** Removes the directory, or leaves it to the user; safe to call twice. */
  close(keep: boolean): Promise<void>;
}

export interface SiteOptions {
  readonly devices?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly home?: boolean;
}

/** Begins to find out what this machine can do, while the rest of the program loads. */
export function lookEarly(): void {
  try {
    probeEarly(findProgram());
  } catch {
    // Said when it is needed.
  }
}

/** Makes the run's directory and finds out what this machine can do. Throws UserError where nothing can run. */
export async function openSite(options: SiteOptions = {}): Promise<LocalSite> {
  const { devices = [], environment = {} } = options;
  const home = options.home === true ? homedir() : undefined;
  refuseUnknown(devices);
  const program = findProgram();
  const sandbox = await probed(program);
  const around = enter(sandbox.kind === "none");
  const directory = makeRunDirectory(around.parent);
  const swept = await sweepAll(around.visited);
  const emergency = () => {
    removeTreeSync(directory);
    around.leave();
  };
  process.once("exit", emergency);
  return {
    directory,
    hidden: [...around.hidden, ...[claimsFolder()].filter(existsSync)],
    devices,
    environment: home === undefined ? environment : { HOME: home, ...environment },
    home,
    sandbox,
    program,
    notices: [
      ...notices(program, sandbox, swept),
      ...opened(environment, home),
      ...(around.moved === undefined ? [] : [around.moved]),
    ],
    clear: () => clearInternal(directory),
    close: async (keep) => {
      process.removeListener("exit", emergency);
      if (sandbox.kind === "none") endLeftovers(directory);
      if (keep) disown(directory);
      else await removeTree(directory);
      around.leave();
    },
  };
}

/** What the user lets the steps have beyond what they ask for: names alone, values may be secret. */
function opened(environment: Readonly<Record<string, string>>, home: string | undefined): readonly string[] {
  const names = Object.keys(environment).sort();
  return [
    ...(home === undefined ? [] : [`--home: the steps read and write ${home}`]),
    ...(names.length === 0 ? [] : [`the steps have ${names.join(", ")} from the command line`]),
  ];
}

function refuseUnknown(devices: readonly string[]): void {
  const unknown = devices.filter((path) => !isDevice(path));
  if (unknown.length > 0)
    throw new UserError(
      unknown.map((path) => ({
        code: "device-not-found",
        message: `${path} is no device of this machine`,
        severity: "error",
        cure: "name one below /dev, or a directory of devices there",
      })),
    );
}

function isDevice(path: string): boolean {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info === undefined || !isWithin(resolve(path), "/dev")) return false;
  return info.isCharacterDevice() || info.isBlockDevice() || info.isDirectory();
}

async function sweepAll(parents: readonly string[]): Promise<number> {
  let swept = 0;
  for (const parent of parents) swept += await sweepOrphans(endOrphan, parent);
  return swept;
}

async function endOrphan(directory: string): Promise<void> {
  await endRegistered(directory);
  endLeftovers(directory);
  await removeTree(directory);
}

function notices(program: Program, sandbox: Sandbox, swept: number): readonly string[] {
  return [
    ...(sandbox.kind === "none"
      ? [
          `no private paths here, so paths are substituted and scripts with /workspace fail: ${sandbox.why}`,
          "nothing keeps the steps from what you can do yourself: files, sockets and processes of this machine",
        ]
      : []),
    ...(sandbox.kind === "bubblewrap" && !sandbox.confines
      ? [
          "nothing keeps the steps from abstract sockets of this machine (Linux 6.12 with Landlock, and the native entrypoint)",
        ]
      : []),
    ...(program.native ? [] : [`no native entrypoint here: steps use the Node build, ${program.file}`]),
    ...(swept === 0
      ? []
      : [`cleared away ${swept === 1 ? "a run" : `${swept} runs`} whose baton had been killed`]),
  ];
}
