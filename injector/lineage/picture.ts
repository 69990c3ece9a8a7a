// Lineage as a graph that pictures are drawn of: things and steps, in turn.

import type { GraphEdge, GraphNode, RunGraph } from "../pictures/graph.ts";
import type { Key, Lineage } from "./lineage.ts";
import { runName, shortKey } from "./told.ts";

/** A line that would lead back to where it came from is left out: what is made of each other has no first. */
export function pictureOf({ things, makings }: Lineage): RunGraph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const shown = new Set<Key>();
  const show = (key: Key, task: string) => {
    if (shown.has(key)) return;
    shown.add(key);
    nodes.push({
      id: key,
      name: `${things.get(key)?.name ?? ""} ${shortKey(key)}`.trim(),
      task,
      kind: "artifact",
    });
  };
  for (const [at, { run, step, of, made }] of makings.entries()) {
    const id = `step:${at}`;
    const task = runName(run);
    for (const key of of) show(key, "given");
    // What is there already was made earlier, or is what it was made of.
    const fresh = made.filter((key) => !shown.has(key));
    nodes.push({ id, name: step.replace(/^step-/, ""), task, kind: "step" });
    edges.push(...of.map((key) => ({ from: key, to: id, on: "succeeded" as const })));
    for (const key of fresh) show(key, task);
    edges.push(...fresh.map((key) => ({ from: id, to: key, on: "succeeded" as const })));
  }
  return { nodes, edges };
}
