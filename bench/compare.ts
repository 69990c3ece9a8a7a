// The table of ways to run chains of trivial steps. The ways take turns in each round; what counts are medians, and
// medians of ratios within a round.

import { median, milliseconds, note, printTable, spread } from "./report.ts";

export interface Way {
  readonly name: string;
  /** Where it can only run chains of these lengths. */
  readonly lengths?: readonly number[];
  /** What is asked of Baton beside it, with chains of these lengths; `inverse`: how much longer Baton takes. */
  readonly bar?: { readonly lengths: readonly number[]; readonly words: string; readonly inverse?: boolean };
  /** Runs a chain of so many steps; milliseconds from the command to the end of the last step. */
  readonly run: (length: number) => number | Promise<number>;
}

/** Ratios are those to the first way. */
export async function compare(title: string, ways: readonly Way[]): Promise<void> {
  const rows: (readonly string[])[] = [];
  for (const length of LENGTHS) {
    const able = ways.filter(({ lengths }) => lengths?.includes(length) ?? true);
    const rounds: number[][] = [];
    while (rounds.length < ROUNDS) rounds.push(await runEach(able, length));
    rows.push(...rowsOf(able, length, rounds));
  }
  printTable(
    `${title} (medians of ${ROUNDS} rounds)`,
    ["steps", "", "time", "of Baton", "half of all rounds"],
    rows,
  );
}

const LENGTHS = [1, 5, 20];
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);

async function runEach(ways: readonly Way[], length: number): Promise<number[]> {
  const times: number[] = [];
  for (const { run } of ways) times.push(await run(length));
  return times;
}

const rowsOf = (ways: readonly Way[], length: number, rounds: readonly number[][]) =>
  ways.map(({ name, bar }, at) => {
    const times = rounds.map((round) => round[at] ?? Number.NaN);
    const ratios = rounds.map((round) => (round[at] ?? Number.NaN) / (round[0] ?? Number.NaN));
    if (bar?.lengths.includes(length))
      note({
        what: `${ways[0]?.name}, ${length} ${length === 1 ? "step" : "steps"}`,
        baton: milliseconds(median(rounds.map(([own = Number.NaN]) => own))),
        against: name,
        ratios: bar.inverse ? ratios.map((ratio) => 1 / ratio) : ratios,
        bar: bar.words,
      });
    return [
      String(length),
      name,
      milliseconds(median(times)),
      `${median(ratios).toFixed(2)}x`,
      spread(ratios),
    ];
  });
