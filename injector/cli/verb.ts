// A verb of the command line: how it is loaded, and what it says of itself.

import type { Command } from "commander";

/**
 * Adds options, arguments and the action. The action hands over its exit code where that is not 0; `all` are all verbs,
 * loaded when it is called.
 */
export type Define = (
  command: Command,
  exit: (code: number) => void,
  all: () => Promise<readonly Described[]>,
) => void | Promise<void>;

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
