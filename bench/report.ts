// Numbers as the README shows them.

import { appendFileSync } from "node:fs";

export type Row = readonly string[];

export function printTable(title: string, head: Row, rows: readonly Row[]): void {
  const line = (cells: Row) => `| ${cells.join(" | ")} |`;
  console.log(`\n${title}\n\n${line(head)}\n${line(head.map(() => "---"))}\n${rows.map(line).join("\n")}`);
}

/** One line of the table of everything (table.ts). */
export interface Figure {
  readonly what: string;
  readonly baton: string;
  /** What it is compared with. */
  readonly against?: string;
  /** Of each round. */
  readonly ratios?: readonly number[];
  readonly bar: string;
}

/** Where `make bench` gathers them. */
export function note(figure: Figure): void {
  const file = process.env["BENCH_FIGURES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[sorted.length % 2 === 0 ? half - 1 : half],
    sorted[half],
  ];
  return (low + high) / 2;
}

/** Where the half of all values that is nearest to the median lies. */
export function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(2);
  return `${at(0.25)} to ${at(0.75)}`;
}

export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
