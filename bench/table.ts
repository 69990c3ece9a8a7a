// What the benches before it have found, as one table: with what it is compared, how far the rounds lie apart, and the bar.

import { readFileSync } from "node:fs";
import { type Figure, median, printTable, spread } from "./report.ts";

const lines = readFileSync(process.env["BENCH_FIGURES"] ?? "build/bench/figures.ndjson", "utf8");
const figures = lines
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Figure);

printTable(
  "All of it",
  ["", "Baton", "compared with", "ratio", "half of all rounds", "bar"],
  figures.map(({ what, baton, against = "", ratios = [], bar }) => [
    what,
    baton,
    against,
    ratios.length === 0 ? "" : `${median(ratios).toFixed(2)}x`,
    ratios.length === 0 ? "" : spread(ratios),
    bar,
  ]),
);
