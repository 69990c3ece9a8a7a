// Words that no command of Linux can be started with: said of the step, before anything is started.

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** MAX_ARG_STRLEN, its end included. */
const LONGEST_WORD = 131_071;

export const tooLong = (
  id: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): readonly Diagnostic[] =>
  [...words, ...Object.entries(environment).map((pair) => pair.join("="))]
    .filter((word) => Buffer.byteLength(word) > LONGEST_WORD)
    .map((word) => ({
      code: "word-too-large",
      severity: "error",
      message: `${id} has a word or a variable of ${Buffer.byteLength(word)} bytes, which begins with "${word.slice(0, 30)}"`,
      cure: "put the text into a file, a ConfigMap or a result",
    }));
