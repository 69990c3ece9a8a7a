// Fields that mean the same wherever they stand: durations, onError, when.

import { parseDuration } from "../../entrypoint/protocol/index.ts";
import { suggestion } from "../diagnostics/nearest.ts";
import type { WhenExpression } from "../documents/spec.ts";
import { type Cursor, type Faults, fault, within } from "./cursor.ts";

export function* checkDuration(cursor: Cursor, text: string | undefined): Faults {
  if (text === undefined || text.includes("$(")) return;
  const value = parseDuration(text);
  if (value === undefined)
    yield fault(
      cursor,
      "bad-duration",
      `"${text}" is not a duration`,
      'write it like "90s", "5m" or "1h30m"',
    );
  else if (value < 0)
    yield fault(
      cursor,
      "bad-duration",
      "a timeout cannot be negative",
      'write it like "90s", or "0" for none',
    );
}

/** Baton's endings of a step; Tekton has the first two. */
export const STEP_ENDINGS = ["continue", "stopAndFail", "continueAndFail", "stopAndSucceed"];

export function* checkOnError(cursor: Cursor, value: string | undefined, allowed: readonly string[]): Faults {
  if (value === undefined || value.startsWith("$(params") || allowed.includes(value)) return;
  yield fault(
    cursor,
    "wrong-value",
    `onError cannot be "${value}"`,
    suggestion(value, allowed, "choose another value"),
  );
}

export function* checkWhen(cursor: Cursor, when: readonly WhenExpression[] = []): Faults {
  for (const [index, { input, operator, values, cel }] of when.entries()) {
    const here = within(cursor, index);
    const plain = input !== undefined || operator !== undefined || values !== undefined;
    if (cel !== undefined && plain)
      yield fault(
        here,
        "bad-when",
        '"cel" stands alone in a when expression',
        "make it an expression of its own",
      );
    if (cel === undefined && (input === undefined || operator === undefined || values === undefined))
      yield fault(
        here,
        "bad-when",
        "a when expression needs input, operator and values",
        "add what is missing, or use cel",
      );
    if (values?.length === 0)
      yield fault(
        within(here, "values"),
        "bad-when",
        "there is no value to compare with",
        "add at least one",
      );
  }
}
