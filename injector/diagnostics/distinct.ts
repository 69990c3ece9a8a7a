// Each fault once: what two looks at one place have found alike is one.

import type { Diagnostic } from "./diagnostic.ts";

export function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = ({ code, message, place }: Diagnostic) =>
    JSON.stringify([code, message, place?.file, place?.line, place?.column]);
  const first = new Map<string, Diagnostic>();
  for (const one of diagnostics) if (!first.has(key(one))) first.set(key(one), one);
  return [...first.values()];
}
