// Where a run takes place on this machine: its private directory, the program that runs the steps, and what can be kept
// from them here.

import { rmSync } from "node:fs";
import { removeTree } from "../../beneath/remove.ts";
import { clearInternal, disown, makeRunDirectory, sweepOrphans } from "../host/directory.ts";
import { findProgram, type Program } from "../host/program.ts";
import { endRegistered } from "./processes.ts";
import { probeSandbox, type Sandbox } from "./sandbox.ts";

export interface LocalSite {
  readonly directory: string;
  readonly sandbox: Sandbox;
  readonly program: Program;
  /** Sentences about how runs are carried out here, for the first events of the run. */
  readonly notices: readonly string[];
  /** Makes room for another plan of the same run: its own directories are empty again, its data is still there. */
  clear(): Promise<void>;
  /** Removes the directory, or leaves it to the user; safe to call twice. */
  close(keep: boolean): Promise<void>;
}

/** Makes the run's directory and finds out what this machine can do. Throws UserError where nothing can run. */
export async function openSite(): Promise<LocalSite> {
  const program = findProgram();
  const sandbox = probeSandbox();
  const directory = makeRunDirectory();
  const swept = await sweepOrphans(async (orphan) => {
    await endRegistered(orphan);
    await removeTree(orphan);
  });
  const emergency = () => rmSync(directory, { recursive: true, force: true });
  process.once("exit", emergency);
  return {
    directory,
    sandbox,
    program,
    notices: notices(program, sandbox, swept),
    clear: () => clearInternal(directory),
    close: async (keep) => {
      process.removeListener("exit", emergency);
      if (keep) disown(directory);
      else await removeTree(directory);
    },
  };
}

function notices(program: Program, sandbox: Sandbox, swept: number): readonly string[] {
  return [
    ...(sandbox.kind === "none"
      ? [`no private paths here, so paths are substituted and scripts with /workspace fail: ${sandbox.why}`]
      : []),
    ...(program.native ? [] : [`no native entrypoint here: steps use the Node build, ${program.file}`]),
    ...(swept === 0
      ? []
      : [`cleared away ${swept === 1 ? "a run" : `${swept} runs`} whose baton had been killed`]),
  ];
}
