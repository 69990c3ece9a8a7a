// How long planning takes: 10 to 10,000 steps in one Task, in a chain of Tasks by results, in layers of Tasks that wait for five
// of the layer before and read one workspace. Requests on every step. Growth is compared with n log n.

import { performance } from "node:perf_hooks";
import { kubernetes } from "../injector/backends/kubernetes/index.ts";
import { plan } from "../injector/plan/index.ts";
import type { ResolvedRun, ResolvedStep, ResolvedTask } from "../injector/resolve/resolved.ts";
import { megabytes, milliseconds, note, printTable } from "./report.ts";

const SIZES = [10, 100, 1000, 10_000];
const EDGES = 5;
/** Of the smaller sizes; the largest is planned once. */
const ROUNDS = 5;

const SHAPES: Readonly<Record<string, (count: number) => ResolvedRun>> = {
  "one Task": (count) => runOf([taskOf("t0", [...Array(count).keys()].map(String), [])]),
  "a chain of Tasks": (count) => pipeline(count, (at) => (at === 0 ? [] : [at - 1])),
  "layers of Tasks": (count) => pipeline(count, inLayers(count)),
};

for (const [shape, make] of Object.entries(SHAPES)) {
  const rows = SIZES.map((steps) => measured(steps, make(steps)));
  const [first] = rows;
  const last = rows.at(-1);
  if (last !== undefined)
    note({
      what: `planning ${shape}, ${last.steps} steps`,
      baton: milliseconds(last.planned),
      bar: "5 s at most",
    });
  const cost = (steps: number) => steps * Math.log2(steps);
  printTable(
    `Planning ${shape}`,
    ["steps", "edges", "plan", "growth against n log n", "render for Kubernetes", "the plan as JSON"],
    rows.map((row) => [
      String(row.steps),
      String(row.edges),
      milliseconds(row.planned),
      (row.planned / (first?.planned ?? 1) / (cost(row.steps) / cost(first?.steps ?? 1))).toFixed(2),
      milliseconds(row.rendered),
      megabytes(row.bytes),
    ]),
  );
}

function measured(steps: number, run: ResolvedRun) {
  const set = plan(run);
  const render = () => kubernetes.render(set.plans, { entrypointImage: "registry.example/entrypoint:1" });
  const rounds = steps === Math.max(...SIZES) ? 1 : ROUNDS;
  return {
    steps,
    edges: set.plans.flatMap((one) => one.steps).reduce((sum, { needs }) => sum + needs.length, 0),
    planned: best(rounds, () => plan(run)),
    rendered: best(rounds, render),
    bytes: JSON.stringify(set).length,
  };
}

function best(rounds: number, work: () => void): number {
  return Math.min(...Array.from({ length: rounds }, () => timed(work)));
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Each Task of a layer of √n waits for some of the layer before. */
function inLayers(count: number): (at: number) => readonly number[] {
  const random = generator(count);
  const width = Math.ceil(Math.sqrt(count));
  return (at) => {
    const start = at - (at % width) - width;
    if (start < 0) return [];
    return [...new Set(Array.from({ length: EDGES }, () => start + Math.floor(random() * width)))];
  };
}

function pipeline(count: number, needsOf: (at: number) => readonly number[]): ResolvedRun {
  return runOf(
    [...Array(count).keys()].map((at) =>
      taskOf(
        `t${at}`,
        ["work"],
        needsOf(at).map((need) => `t${need}`),
      ),
    ),
  );
}

/** Half of its needs are by results. */
function taskOf(name: string, steps: readonly string[], needs: readonly string[]): ResolvedTask {
  const byResult = needs.slice(0, Math.ceil(needs.length / 2));
  return {
    name,
    taskName: name,
    spec: {
      params: byResult.map((_need, index) => ({ name: `p${index}` })),
      results: [{ name: "r" }],
      workspaces: [{ name: "data", readOnly: name !== "t0" }],
      steps: steps.map((step) => stepOf(step, byResult)),
    },
    params: byResult.map((need, index) => ({ name: `p${index}`, value: `$(tasks.${need}.results.r)` })),
    workspaces: [{ name: "data", workspace: "shared" }],
    runAfter: needs.slice(byResult.length),
    when: [],
    retries: 0,
  };
}

function stepOf(name: string, byResult: readonly string[]): ResolvedStep {
  const words = byResult.map((_need, index) => `$(params.p${index})`).join(" ");
  return {
    kind: "step",
    step: {
      name,
      image: "registry.example/tool:1",
      script: `echo ${words} > $(results.r.path)`,
      computeResources: { requests: { cpu: "100m", memory: "64Mi" } },
    },
  };
}

function runOf(tasks: readonly ResolvedTask[]): ResolvedRun {
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
