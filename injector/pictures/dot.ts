// A graph in DOT (graphviz.org, "DOT Language").

import type { RunGraph } from "./graph.ts";
import { labels, tasksOf, titleOf } from "./text.ts";

export function dot(graph: RunGraph): string {
  const names = labels(graph.nodes);
  const tasks = tasksOf(graph.nodes);
  const clusters = [...tasks.values()].flatMap((nodes, at) => {
    const boxes = nodes.map(({ id, name, kind }) => {
      const label = tasks.size < 2 ? (names.get(id) ?? name) : name;
      return `${quoted(id)} [label=${quoted(label)}${kind !== "step" ? ", style=rounded" : ""}];`;
    });
    if (tasks.size < 2) return boxes.map((box) => `  ${box}`);
    return [
      `  subgraph cluster_${at} {`,
      `    label=${quoted(titleOf(nodes))};`,
      ...boxes.map((box) => `    ${box}`),
      "  }",
    ];
  });
  const edges = graph.edges.map(
    ({ from, to, on }) => `  ${quoted(from)} -> ${quoted(to)}${on === "settled" ? " [style=dashed]" : ""};`,
  );
  return `${["digraph run {", "  rankdir=LR;", "  node [shape=box];", ...clusters, ...edges, "}"].join("\n")}\n`;
}

/** A double-quoted ID of DOT: a quotation mark and a backslash are escaped, everything else is itself. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
