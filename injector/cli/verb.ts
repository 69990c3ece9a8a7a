// A verb of the command line: how it is loaded, and what it says of itself.

import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";

/** Adds options, arguments and the action. */
export type Define = (command: Command, call: Call) => void | Promise<void>;

/** One call of the command line. */
export interface Call {
  readonly terminal: Terminal;
  /** The exit code, where it is not 0. */
  exit(code: number): void;
  /** All verbs, loaded when this is called. */
  all(): Promise<readonly Described[]>;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  load(): Promise<{ readonly define: Define }>;
}

export interface Described {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly options: readonly DescribedOption[];
  readonly verbs: readonly Described[];
}

export interface DescribedOption {
  /** As help shows them: `-o, --output <file>`. */
  readonly flags: string;
  readonly short?: string;
  readonly long?: string;
  readonly description: string;
  readonly choices: readonly string[];
  readonly takesValue: boolean;
}
