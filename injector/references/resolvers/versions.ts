// Versions as hubs have them, and which of them a constraint means: `>= 0.5, < 1.0`, `~> 0.5`, `!= 0.6`.

/** `0.6`, `1.2.3`: one version, and no question. */
export const isExact = (text: string): boolean => /^\d+(?:\.\d+)*$/.test(text.trim());

/** The newest that the constraint takes; undefined where none is. */
export function chosen(constraint: string, versions: readonly string[]): string | undefined {
  const tests = constraint.split(",").map(testOf);
  const fitting = versions.filter(isExact).filter((one) => tests.every((test) => test(partsOf(one))));
  return fitting.reduce<string | undefined>(
    (best, one) => (best === undefined || compared(partsOf(one), partsOf(best)) > 0 ? one : best),
    undefined,
  );
}

type Parts = readonly number[];
type Test = (version: Parts) => boolean;

const partsOf = (text: string): Parts => text.trim().split(".").map(Number);

const compared = (a: Parts, b: Parts): number => {
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => index).find(
    (index) => (a[index] ?? 0) !== (b[index] ?? 0),
  );
  return at === undefined ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
};

function testOf(text: string): Test {
  const [, sign = "=", version = ""] = /^\s*(=|!=|>=|<=|>|<|~>)?\s*(\d+(?:\.\d+)*)\s*$/.exec(text) ?? [];
  if (version === "") return () => false;
  const wanted = partsOf(version);
  return (there) => TESTS[sign]?.(compared(there, wanted), there, wanted) ?? false;
}

const TESTS: Readonly<Record<string, (order: number, there: Parts, wanted: Parts) => boolean>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  // The last part may grow, those before it may not.
  "~>": (order, there, wanted) =>
    order >= 0 && wanted.slice(0, -1).every((part, index) => there[index] === part),
};
