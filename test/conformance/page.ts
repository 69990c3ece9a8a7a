// docs/conformance.md: how many examples pass where, then each of them, and why those cannot that do not.

import { PASSED } from "./outcomes.ts";

/** By the example's path, then by what was tried. */
export type Outcomes = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const RUNS = ["local", "podman", "docker"] as const;
export const ACCEPTED = "accepted";

/** Sentences of what came out and is not what is expected; what was not tried is not compared. */
export const differences = (expected: Outcomes, found: Outcomes): readonly string[] =>
  Object.entries(found).flatMap(([path, row]) =>
    Object.entries(row).flatMap(([column, outcome]) => {
      const before = expected[path]?.[column] ?? "not known";
      return before === outcome ? [] : [`${path}, ${column}: ${outcome}; expected was ${before}`];
    }),
  );

/** `head` is what a person wrote: what stands in the page before the tables. */
export function page(head: string, outcomes: Outcomes): string {
  const rows = Object.entries(outcomes);
  return `${[
    head.trim(),
    "## Totals",
    totals(rows.map(([, row]) => row)),
    "## Each example",
    "Where nothing is said, it passed on all three and compiles to every target.",
    ...folders(rows).flatMap(([folder, inside]) => [`### ${folder}`, table(inside)]),
    "",
  ]
    .join("\n\n")
    .trimEnd()}\n`;
}

/** How outcomes begin. */
const KINDS = ["passed", "network", "cluster object", "Windows", "image", "the example", "refused"];

function totals(rows: readonly Row[]): string {
  const columns = [...RUNS, ...targetsOf(rows), ACCEPTED];
  return markdown(
    ["", ...KINDS, "failed"],
    columns.map((column) => {
      const told = rows.flatMap((row) => row[column] ?? []);
      const counts = KINDS.map((kind) => told.filter((outcome) => outcome.startsWith(kind)).length);
      const rest = told.length - counts.reduce((sum, one) => sum + one, 0);
      return [column === ACCEPTED ? "accepted as by Tekton" : column, ...counts.map(String), String(rest)];
    }),
  );
}

type Row = Readonly<Record<string, string>>;

const targetsOf = (rows: readonly Row[]): readonly string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row).filter((column) => column.startsWith("--to ")))),
];

function folders(
  rows: readonly (readonly [string, Row])[],
): readonly (readonly [string, readonly (readonly [string, Row])[]])[] {
  const names = [...new Set(rows.map(([path]) => folderOf(path)))];
  return names.map((name) => [name, rows.filter(([path]) => folderOf(path) === name)]);
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

function table(rows: readonly (readonly [string, Row])[]): string {
  return markdown(
    ["", ...RUNS, "compiled, accepted"],
    rows.map(([path, row]) => {
      const [first = "", ...others] = RUNS.map((name) => row[name] ?? "");
      const alike = others.every((other) => other === first);
      const runs = alike && first !== PASSED ? [first, "〃", "〃"] : [first, ...others];
      return [path.slice(path.lastIndexOf("/") + 1).replace(/\.yaml$/, ""), ...runs, restOf(row, first)];
    }),
  );
}

/** Of the targets and of acceptance only what is not well, and no reason twice. */
function restOf(row: Row, told: string): string {
  const columns = Object.keys(row).filter((column) => !(RUNS as readonly string[]).includes(column));
  const reasons = new Map<string, string[]>();
  for (const column of columns) {
    const outcome = row[column] ?? PASSED;
    if (outcome === PASSED || outcome === told) continue;
    reasons.set(outcome, [...(reasons.get(outcome) ?? []), column.replace("--to ", "")]);
  }
  return [...reasons].map(([reason, names]) => `${names.join(", ")}: ${reason}`).join("; ");
}

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
