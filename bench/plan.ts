// How long planning takes: Pipelines of 10 to 1,000 Tasks, five edges a Task, half of them by results, one shared
// workspace read by all, requests on every step. One line per size; growth is compared with n log n.

import { performance } from "node:perf_hooks";
import { plan } from "../injector/plan/index.ts";
import type { ResolvedRun, ResolvedTask } from "../injector/resolved.ts";

const SIZES = [10, 100, 300, 1000];
const EDGES = 5;
const ROUNDS = 7;

const rows = SIZES.map((tasks) => {
  const run = pipeline(tasks);
  const times = Array.from({ length: ROUNDS }, () => timed(() => plan(run)));
  return { tasks, milliseconds: Math.min(...times.slice(1)), bytes: JSON.stringify(plan(run)).length };
});
const [first] = rows;
const cost = ({ tasks }: { tasks: number }) => tasks * Math.log2(tasks);
process.stdout.write(
  "| Tasks | edges | plan | against n log n | plan as JSON |\n| --- | --- | --- | --- | --- |\n",
);
for (const row of rows) {
  const growth = first === undefined ? 1 : row.milliseconds / first.milliseconds / (cost(row) / cost(first));
  const edges = pipeline(row.tasks).tasks.reduce(
    (sum, task) => sum + task.runAfter.length + task.params.length,
    0,
  );
  process.stdout.write(
    `| ${row.tasks} | ${edges} | ${row.milliseconds.toFixed(1)} ms | ${growth.toFixed(2)} | ${(row.bytes / 1e6).toFixed(2)} MB |\n`,
  );
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function pipeline(count: number): ResolvedRun {
  const random = generator(count);
  const tasks = Array.from({ length: count }, (_, at): ResolvedTask => {
    const needs = [
      ...new Set(Array.from({ length: at === 0 ? 0 : EDGES }, () => `t${Math.floor(random() * at)}`)),
    ];
    const byResult = needs.slice(0, Math.floor(needs.length / 2));
    return {
      name: `t${at}`,
      taskName: `t${at}`,
      spec: {
        params: byResult.map((_need, index) => ({ name: `p${index}` })),
        results: [{ name: "r" }],
        workspaces: [{ name: "data", readOnly: at > 0 }],
        steps: [
          {
            kind: "step",
            step: {
              name: "work",
              image: "registry.example/tool:1",
              script: `echo ${byResult.map((_need, index) => `$(params.p${index})`).join(" ")} > $(results.r.path)`,
              computeResources: { requests: { cpu: "100m", memory: "64Mi" } },
            },
          },
        ],
      },
      params: byResult.map((need, index) => ({ name: `p${index}`, value: `$(tasks.${need}.results.r)` })),
      workspaces: [{ name: "data", workspace: "shared" }],
      runAfter: needs.slice(byResult.length),
      when: [],
      retries: 0,
    };
  });
  return {
    name: "bench",
    source: { kind: "PipelineRun", name: "bench", file: "bench.yaml" },
    params: {},
    workspaces: { shared: { name: "shared", emptyDir: {} } },
    tasks,
    finally: [],
    results: [],
    timeouts: {},
    pod: { labels: {}, annotations: {}, spec: {} },
    data: [],
    context: {},
    place: () => undefined,
  };
}

/** The same numbers each time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
