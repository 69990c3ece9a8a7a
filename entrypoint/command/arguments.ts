// The command line: flags, perhaps a subcommand, and after "--" the words of the user, which nothing here looks into.

import { type Flags, parseFlags, salvageFlags } from "../protocol/index.ts";

export interface Arguments {
  /** What was understood; all of it where `problem` is absent. */
  readonly flags: Flags;
  /** Words before "--" that are no flags: a subcommand and its operands. */
  readonly operands: readonly string[];
  /** Words after the first "--". */
  readonly words: readonly string[];
  /** What is wrong with the flags, in one sentence. */
  readonly problem?: string;
}

/** Splits at the first "--", wherever it is: unlike in Tekton, a "--" in front protects the user's words too. */
export function readArguments(argv: readonly string[]): Arguments {
  const dashes = argv.indexOf("--");
  const head = dashes < 0 ? argv : argv.slice(0, dashes);
  const words = dashes < 0 ? [] : argv.slice(dashes + 1);
  const parsed = parseFlags(head);
  if (!parsed.ok) return { flags: parsed.flags, operands: [], words, problem: parsed.problem };
  // Where a word stands in the middle of flags, it is no command of ours, and whoever waits for the post file is told.
  const flags = parsed.rest.length === 0 ? parsed.flags : { ...salvageFlags(head), ...parsed.flags };
  const base = { flags, operands: parsed.rest, words };
  const problem = refusal(parsed.flags);
  return problem === undefined ? base : { ...base, problem };
}

/** What is well-formed and yet cannot be done. */
export function refusal(flags: Flags): string | undefined {
  if (flags.enable_spire)
    return "-enable_spire: this entrypoint has no SPIRE client; sign the run's provenance instead";
  const negative = Object.entries(flags).find(([, value]) => typeof value === "number" && value < 0);
  return negative === undefined ? undefined : `-${negative[0]} must not be negative`;
}
