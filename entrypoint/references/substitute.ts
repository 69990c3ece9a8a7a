// Replaces $(…) references in text and words: one pass, so that a replaced value is never looked into again.

import { StepFault } from "../endings/fault.ts";
import { DOLLAR, type Reference, scan, soleReference } from "../protocol/index.ts";
import { everything, type Looked } from "./looked.ts";

/** What a reference stands for: text, the items of a `[*]`, or nothing where it is not for the entrypoint to replace. */
export type Reader = (reference: Reference) => string | readonly string[] | undefined;

/** Throws StepFault where a reference cannot be read, or a list stands in the middle of text. */
export function substituteText(text: string, read: Reader): string {
  if (!text.includes("$(")) return text;
  const parts = scan(text).map((segment) => {
    if (segment.kind === "literal") return segment.text;
    const value = segment.raw === DOLLAR ? "$" : (read(segment) ?? segment.raw);
    if (typeof value === "string") return value;
    throw new StepFault(
      "InvalidReference",
      `${segment.raw} is a list: it can only be a whole argument or a whole item of when.values`,
    );
  });
  return parts.join("");
}

/** As `substituteText`, but a word that is nothing but a `[*]` becomes as many words as there are items, perhaps none. */
export function substituteWords(
  words: readonly string[],
  read: Reader,
  looked: Looked = everything,
): readonly string[] {
  if (!words.some((word) => word.includes("$("))) return words;
  const isLooked = looked.words(words);
  return words.flatMap((word, at) => {
    if (isLooked[at] !== true) return [word];
    const sole = soleReference(word);
    const value = sole === undefined ? undefined : read(sole);
    return value === undefined ? [substituteText(word, read)] : value;
  });
}

/** Values of "NAME=value" entries; an entry without "=" is kept as it is. */
export function substituteEnvironment(
  environment: readonly string[],
  read: Reader,
  looked: Looked = everything,
): readonly string[] {
  if (!environment.some((entry) => entry.includes("$("))) return environment;
  return environment.map((entry) => {
    const equals = entry.indexOf("=");
    if (equals < 0 || !looked.entry(entry)) return entry;
    return `${entry.slice(0, equals + 1)}${substituteText(entry.slice(equals + 1), read)}`;
  });
}

/** The first reader that knows a reference answers. */
export const firstOf =
  (readers: readonly Reader[]): Reader =>
  (reference) => {
    for (const read of readers) {
      const value = read(reference);
      if (value !== undefined) return value;
    }
    return undefined;
  };
