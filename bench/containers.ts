// Chains of trivial steps in containers, from the command to the end of the last step: Baton's pod against what engines
// have of their own to run one container after another. The ways take turns in each round; what counts are medians,
// and medians of ratios within a round. Engines are started here, on folders of their own.

import { type Engine, startDocker, startPodman } from "../test/e2e/_engines.ts";
import { median, milliseconds, printTable } from "./report.ts";
import { composeWays, podmanWays, type Way } from "./ways.ts";

const LENGTHS = [1, 5, 20];
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);

const engines: Engine[] = [];
try {
  const podman = startPodman();
  engines.push(podman);
  compare("podman", podmanWays(podman, process.env["TEKTON_ENTRYPOINT"]));
  const docker = await startDocker();
  engines.push(docker);
  compare("compose", composeWays(docker));
} finally {
  for (const engine of engines) await engine.stop();
}

// --- Internal helpers ---

/** Ratios are those to the first way, which is Baton's. */
function compare(engine: string, ways: readonly Way[]): void {
  const rows = LENGTHS.flatMap((length) => {
    const rounds = Array.from({ length: ROUNDS }, () => ways.map(({ run }) => run(length)));
    return ways.map(({ name }, at) => {
      const times = rounds.map((round) => round[at] ?? Number.NaN);
      const ratios = rounds.map((round) => (round[at] ?? Number.NaN) / (round[0] ?? Number.NaN));
      return [String(length), name, milliseconds(median(times)), `${median(ratios).toFixed(2)}x`];
    });
  });
  printTable(
    `Chains of \`true\` in containers of ${engine}, command to last end (medians of ${ROUNDS} rounds)`,
    ["steps", "", "time", "of Baton"],
    rows,
  );
}
