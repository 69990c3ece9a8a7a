// A known kind of ending: how it is recognised, why it happens, and what cures it.

import type { StepStatus } from "../../entrypoint/protocol/index.ts";
import type { StepRecord } from "../record/record.ts";

export interface Facts {
  readonly status: StepRecord;
  /** What the step said at last, in order. */
  readonly lines: readonly string[];
  /** The backend's name. */
  readonly on: string;
}

export interface KnownEnding {
  readonly name: string;
  /** Recognised by the first that answers; its groups are what `why` and `cure` are told. */
  match(facts: Facts): Match | undefined;
  why(match: Match, facts: Facts): string;
  cure(match: Match, facts: Facts): string;
}

export interface Match {
  /** What the ending's words had in their groups; empty where there is none. */
  readonly groups: readonly string[];
  /** The line of the step that tells it, where one does. */
  readonly line?: string;
}

type Words = string | ((match: Match, facts: Facts) => string);

interface Told {
  readonly why: Words;
  readonly cure: Words;
}

/** An ending whose record carries this reason, and these words in its message. */
export const told = (
  name: string,
  reason: StepStatus["reason"],
  message: RegExp | undefined,
  { why, cure }: Told,
): KnownEnding => ({
  name,
  match: ({ status }) =>
    status.reason !== reason
      ? undefined
      : message === undefined
        ? { groups: [] }
        : found(message, status.message ?? ""),
  why: wordsOf(why),
  cure: wordsOf(cure),
});

/** An ending of the command that one of its last lines tells; the last such line counts. */
export const said = (name: string, line: RegExp, { why, cure }: Told): KnownEnding => ({
  name,
  match: ({ status, lines }) => {
    if (status.by !== "command") return undefined;
    const telling = lines.findLast((one) => line.test(one));
    if (telling === undefined) return undefined;
    return { groups: found(line, telling)?.groups ?? [], line: telling };
  },
  why: wordsOf(why),
  cure: wordsOf(cure),
});

/** An ending that a rule of its own recognises. */
export const ruled = (name: string, is: (facts: Facts) => boolean, { why, cure }: Told): KnownEnding => ({
  name,
  match: (facts) => (is(facts) ? { groups: [] } : undefined),
  why: wordsOf(why),
  cure: wordsOf(cure),
});

function found(words: RegExp, text: string): Match | undefined {
  const match = words.exec(text);
  return match === null ? undefined : { groups: match.slice(1).map((group) => group ?? "") };
}

const wordsOf = (words: Words) => (typeof words === "string" ? () => words : words);
