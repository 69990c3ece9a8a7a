// examples/git-build-push as one pod, and as one pod per Task by the same engine: with a volume that each pod mounts, and
// with copies of the data from pod to pod. Pods without an edge between them run side by side, as Tekton has it. Counted
// is from the start of a pod to the end of its last step: neither what learning of it takes, nor clearing away.
// The example's with-services.sh starts the git server and the registry, and then this.

import type { Measured } from "./example-runs.ts";
import { fused, loadImages, readersInSequence, taskPods, taskPodsWithCopies } from "./example-ways.ts";
import { median, printTable } from "./report.ts";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);

const ways: readonly (readonly [string, (image: string) => Promise<Measured>])[] = [
  ["one pod", fused],
  ["a pod per Task, one volume", taskPods],
  ["a pod per Task, data copied", taskPodsWithCopies],
  ["one pod, lint, test, build in sequence", readersInSequence],
];

loadImages();
const rounds: (readonly Measured[])[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const measured: Measured[] = [];
  for (const [at, [, run]] of ways.entries()) measured.push(await run(`round-${round}-${at}:1`));
  rounds.push(measured);
}

const seconds = (value: number): string => `${(value / 1e3).toFixed(1)} s`;
printTable(
  `Clone, lint, test, build, push, verify (medians of ${ROUNDS} rounds, ratios within each)`,
  ["", "pods", "time", "of one pod", "from to", "of which no step ran"],
  ways.map(([name], at) => {
    const all = rounds.flatMap((round) => round[at] ?? []);
    const ratios = rounds.map((round) => (round[at]?.time ?? Number.NaN) / (round[0]?.time ?? Number.NaN));
    return [
      name,
      String(all[0]?.pods),
      seconds(median(all.map(({ time }) => time))),
      `${median(ratios).toFixed(2)}x`,
      `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
      seconds(median(all.map(({ idle }) => idle))),
    ];
  }),
);
