// How long planning takes: Pipelines of 10 to 1,000 Tasks, five edges a Task, half of them by results, one shared
// workspace read by all, requests on every step. One row for each size; growth is compared with n log n.

import { performance } from "node:perf_hooks";
import { kubernetes } from "../injector/backends/kubernetes/index.ts";
import { plan } from "../injector/plan/index.ts";
import type { ResolvedRun, ResolvedTask } from "../injector/resolve/resolved.ts";
import { megabytes, milliseconds, printTable } from "./report.ts";

const SIZES = [10, 100, 300, 1000];
const EDGES = 5;
const ROUNDS = 9;

const rows = SIZES.map((tasks) => {
  const run = pipeline(tasks);
  const set = plan(run);
  const render = () => kubernetes.render(set.plans, { entrypointImage: "registry.example/entrypoint:1" });
  return {
    tasks,
    edges: run.tasks.reduce((sum, task) => sum + task.runAfter.length + task.params.length, 0),
    planned: best(() => plan(run)),
    rendered: best(render),
    bytes: JSON.stringify(set).length,
  };
});
const [first] = rows;
const cost = (tasks: number) => tasks * Math.log2(tasks);
printTable(
  `Planning a Pipeline (best of ${ROUNDS})`,
  ["Tasks", "edges", "plan", "growth against n log n", "render for Kubernetes", "the plan as JSON"],
  rows.map((row) => [
    String(row.tasks),
    String(row.edges),
    milliseconds(row.planned),
    (row.planned / (first?.planned ?? 1) / (cost(row.tasks) / cost(first?.tasks ?? 1))).toFixed(2),
    milliseconds(row.rendered),
    megabytes(row.bytes),
  ]),
);

function best(work: () => void): number {
  return Math.min(...Array.from({ length: ROUNDS }, () => timed(work)));
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
    target: "PipelineRun/bench",
    sources: [],
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
