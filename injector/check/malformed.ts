// What begins like a reference and is none: `$(params.list[-1])`, `$(results.r-${i}.path)`. Nobody would replace it, and
// the shell would run it.

import { NAMESPACES } from "../documents/variables.ts";
import { type Cursor, type Faults, fault } from "./cursor.ts";
import { noVariable, textAt } from "./known.ts";

/** `text` is a piece of the text at the cursor that holds no reference; `isOurs` says that no shell will read it. */
export function* malformed(at: Cursor, text: string, isOurs: boolean): Faults {
  for (const { 0: raw, 1: word = "", index } of isOurs ? text.matchAll(ONE_WORD) : []) {
    const here = { ...at, from: (at.from ?? 0) + index };
    yield noVariable(here, { raw }, word);
  }
  for (const match of text.matchAll(LOOKS_LIKE)) {
    const [raw = "", , namespace = "", rest = ""] = match;
    if (!NAMESPACES.includes(namespace) || /\S\s+\S/.test(rest)) continue;
    const here = { ...at, from: (at.from ?? 0) + match.index };
    yield fault(here, "wrong-reference", `${raw}: ${problem(raw, rest)}`, CURE, textAt(here, raw));
  }
}

const ONE_WORD = /\$\((\w[\w-]*)\)/g;

/** A command with words behind it is the shell's. */
const LOOKS_LIKE = /\$\((\s*)([A-Za-z]+)([.[][^()\n]*)\)?/g;

function problem(raw: string, rest: string): string {
  if (/^\$\(\s|\s\)$/.test(raw)) return "there are blanks in it, so that it is no reference";
  if (rest.includes("$")) return "a reference cannot be put together from other texts: nobody replaces it";
  if (/\[[^\]'"]*\]/.test(rest))
    return "an index is * or a number from 0, in one pair of brackets, at the end";
  return "this is no reference, and nobody replaces it";
}

const CURE =
  "write it as $(namespace.name), $(namespace.name[0]), $(namespace.name[*]) or $(namespace['name'])";
