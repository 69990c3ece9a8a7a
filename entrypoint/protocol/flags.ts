// Reading and writing argv by the flag table, with the rules of Go's package flag: -x and --x alike,
// -x=value or -x value, booleans without a value, the first word that is no flag ends them.

import { formatDuration, parseDuration } from "./duration.ts";
import { FLAG_TABLE, type FlagKind, type FlagName, type Flags } from "./flag-table.ts";

export type ParsedFlags =
  | { readonly ok: true; readonly flags: Flags; readonly rest: readonly string[] }
  /** `flags` holds what could be understood, so that the post file is known. */
  | { readonly ok: false; readonly flags: Flags; readonly problem: string };

/** Reads `argv` (without the program's name) up to the first word that is no flag; that word and all after are `rest`. */
export function parseFlags(argv: readonly string[]): ParsedFlags {
  const flags: Record<string, unknown> = {};
  let at = 0;
  while (at < argv.length) {
    const word = argv[at] ?? "";
    if (word === "--") return { ok: true, flags, rest: argv.slice(at + 1) };
    if (!word.startsWith("-") || word === "-") break;
    const read = readFlag(word, argv[at + 1]);
    if ("problem" in read) return { ok: false, flags: salvageFlags(argv), problem: read.problem };
    const { name, value } = read;
    flags[name] =
      FLAG_TABLE[name].kind === "repeated" ? [...((flags[name] as string[]) ?? []), value] : value;
    at += read.words;
  }
  return { ok: true, flags, rest: argv.slice(at) };
}

/**
 * What can be told of flags that are wrong somewhere: whoever they are for is to be told, wherever the mistake stands. Each
 * word is taken by itself; what is none of ours is left out.
 */
export function salvageFlags(argv: readonly string[]): Flags {
  const flags: Record<string, unknown> = {};
  for (let at = 0; at < argv.length; at++) {
    const read = readFlag(argv[at] ?? "", argv[at + 1]);
    if ("problem" in read || !(argv[at] ?? "").startsWith("-")) continue;
    at += read.words - 1;
    if (FLAG_TABLE[read.name].kind !== "repeated") flags[read.name] = read.value;
  }
  return flags;
}

/** Writes flags as argv words, in the table's order; absent flags, false and empty lists write nothing. */
export const formatFlags = (flags: Flags): string[] =>
  (Object.keys(FLAG_TABLE) as FlagName[]).flatMap((name) => writeFlag(name, flags[name]));

type ReadFlag =
  | {
      readonly name: FlagName;
      readonly value: string | number | boolean | readonly string[];
      readonly words: 1 | 2;
    }
  | { readonly problem: string };

function readFlag(word: string, next: string | undefined): ReadFlag {
  const body = word.replace(/^--?/, "");
  const equals = body.indexOf("=");
  const name = equals < 0 ? body : body.slice(0, equals);
  if (name === "" || name.startsWith("-")) return { problem: `bad flag syntax: ${word}` };
  if (!Object.hasOwn(FLAG_TABLE, name)) return { problem: `flag provided but not defined: -${name}` };
  const flag = name as FlagName;
  const inline = equals < 0 ? undefined : body.slice(equals + 1);
  if (FLAG_TABLE[flag].kind === "bool") return readBool(flag, inline ?? "true");
  const text = inline ?? next;
  if (text === undefined) return { problem: `flag needs an argument: -${name}` };
  const value = readValue(FLAG_TABLE[flag].kind, text);
  if (value === undefined)
    return { problem: `invalid value "${text}" for flag -${name}: want ${wanted(flag)}` };
  return { name: flag, value, words: inline === undefined ? 2 : 1 };
}

/** The words Go's strconv.ParseBool takes. */
function readBool(name: FlagName, text: string): ReadFlag {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return { name, value: true, words: 1 };
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return { name, value: false, words: 1 };
  return { problem: `invalid boolean value "${text}" for -${name}: want true or false` };
}

function readValue(kind: FlagKind, text: string): string | number | readonly string[] | undefined {
  switch (kind) {
    case "int":
      return /^[-+]?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case "duration":
      return parseDuration(text);
    case "list":
      return text.split(",").filter((item) => item !== "");
    case "string":
    case "repeated":
    case "bool":
      return text;
    default:
      return kind satisfies never;
  }
}

function wanted(name: FlagName): string {
  return isDuration(name) ? 'a duration such as "90s" or "1h30m"' : "a whole number";
}

function writeFlag(name: FlagName, value: Flags[FlagName]): string[] {
  if (value === undefined || value === false) return [];
  if (value === true) return [`-${name}`];
  if (typeof value === "number")
    return [`-${name}`, isDuration(name) ? formatDuration(value) : String(value)];
  if (typeof value === "string") return [`-${name}`, value];
  if (FLAG_TABLE[name].kind === "repeated") return value.flatMap((one) => [`-${name}`, one]);
  return value.length > 0 ? [`-${name}`, value.join(",")] : [];
}

const isDuration = (name: FlagName): boolean => FLAG_TABLE[name].kind === "duration";
