// The options of every verb that keeps runs or looks into those that were kept.

import type { Command } from "commander";
import { runsFolder } from "../../runs/folder.ts";
import type { Terminal } from "../terminal.ts";

export interface KeptOptions {
  /** A folder; `false` where `--no-record` was given. */
  readonly record?: string | boolean;
}

const WHERE = "folder of kept runs (default: ~/.local/state/baton/runs, or BATON_RUNS)";

export const addKept = (command: Command): Command => command.option("--record <dir>", WHERE);

export const addKeeping = (command: Command): Command =>
  addKept(command).option("--no-record", "keep nothing of this run");

/** Where runs are kept, whether this one is or not. */
export function runsRoot({ environment }: Terminal, { record }: KeptOptions): string {
  if (typeof record === "string") return record;
  return environment["BATON_RUNS"] || runsFolder(environment);
}
