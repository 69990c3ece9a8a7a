// Which words and variables are looked into for references: all of them, as in Tekton, or those that -references names. What a
// Secret, a ConfigMap or an image gives is text then, whatever it looks like.

import { StepFault } from "../endings/fault.ts";
import type { Flags } from "../protocol/index.ts";
import { parseObject } from "../text/json.ts";

export interface Looked {
  /** Those of the words that are looked into. */
  words(words: readonly string[]): readonly boolean[];
  /** Whether this "NAME=value" is. */
  entry(entry: string): boolean;
}

export const everything: Looked = { words: (words) => words.map(() => true), entry: () => true };

/** Throws StepFault where the flag is not what it should be. */
export function lookedInto({ references: text }: Flags): Looked {
  if (text === undefined) return everything;
  const { env, words } = parseObject(text) ?? {};
  if (!Array.isArray(env) || !Array.isArray(words))
    throw new StepFault("InvalidFlags", `-references is not JSON {env, words}: ${text.slice(0, 200)}`);
  const names = new Set(env);
  return {
    words: (all) => all.map((_, at) => words.includes(at - all.length)),
    entry: (entry) => names.has(entry.slice(0, Math.max(0, entry.indexOf("=")))),
  };
}

/** The texts that are looked into, of these words and variables. */
export function lookedTexts(
  looked: Looked,
  words: readonly string[],
  environment: readonly string[],
): readonly string[] {
  const isLooked = looked.words(words);
  return [...words.filter((_, at) => isLooked[at]), ...environment.filter((entry) => looked.entry(entry))];
}
