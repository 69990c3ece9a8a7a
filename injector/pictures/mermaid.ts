// A graph in Mermaid's language (mermaid.js.org, "Flowchart"): Markdown pages of many forges draw it.

import type { RunGraph } from "./graph.ts";
import { labels, tasksOf, titleOf } from "./text.ts";

/** Names are quoted, and what Mermaid would read in them is written as entities: nothing in them is markup. */
export function mermaid(graph: RunGraph): string {
  const ids = new Map(graph.nodes.map(({ id }, at) => [id, `s${at}`]));
  const names = labels(graph.nodes);
  const tasks = tasksOf(graph.nodes);
  const lines = [...tasks.values()].flatMap((nodes, at) => {
    const boxes = nodes.map(({ id, name, kind }) => {
      const [open, close] = kind !== "step" ? ["([", "])"] : ["[", "]"];
      return `${ids.get(id)}${open}"${escaped(tasks.size < 2 ? (names.get(id) ?? name) : name)}"${close}`;
    });
    if (tasks.size < 2) return boxes.map((box) => `  ${box}`);
    return [`  subgraph t${at}["${escaped(titleOf(nodes))}"]`, ...boxes.map((box) => `    ${box}`), "  end"];
  });
  const edges = graph.edges.map(
    ({ from, to, on }) => `  ${ids.get(from)} ${on === "settled" ? "-.->" : "-->"} ${ids.get(to)}`,
  );
  return `${["flowchart LR", ...lines, ...edges].join("\n")}\n`;
}

const escaped = (text: string): string =>
  text.replace(/[^\p{L}\p{N} ._/=:,()-]/gu, (letter) => `#${letter.codePointAt(0)};`);
