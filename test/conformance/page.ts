// docs/conformance.md: each example, each backend, and the totals.

/** By the example's path, then by what was tried. */
export type Outcomes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Sentences of what came out and is not what is expected; what was not tried is not compared. */
export const differences = (expected: Outcomes, found: Outcomes): readonly string[] =>
  Object.entries(found).flatMap(([path, row]) =>
    Object.entries(row).flatMap(([column, outcome]) => {
      const before = expected[path]?.[column] ?? "not known";
      return before === outcome ? [] : [`${path}, ${column}: ${outcome}; expected was ${before}`];
    }),
  );

export function page(outcomes: Outcomes): string {
  return JSON.stringify(outcomes);
}
