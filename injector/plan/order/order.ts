// What is to be planned, in order: the graph of all Tasks, and those of them whose turn it is.

import type { ResolvedRun } from "../../resolve/resolved.ts";
import type { BoundRun } from "../bind/run.ts";
import { type TaskGraph, taskGraph } from "./graph.ts";
import { type Remaining, remaining } from "./remaining.ts";

export interface Ordered extends Remaining {
  readonly graph: TaskGraph;
}

export function order(run: ResolvedRun, bound: BoundRun): Ordered {
  const graph = taskGraph(run, bound);
  return { graph, ...remaining(bound, graph) };
}
