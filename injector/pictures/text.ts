// A graph for a terminal: each step once, in an order in which they can run, below one that it waits for.

import { type GraphNode, type RunGraph, taskTitle } from "./graph.ts";

/** `mark` may say how a step stands (in colour, or with a sign); it is put before its name. */
export function graphText(graph: RunGraph, mark: (node: GraphNode) => string = () => ""): string {
  const before = neighbours(graph, "to", "from");
  const after = neighbours(graph, "from", "to");
  const names = labels(graph.nodes);
  const depth = depthsOf(graph);
  const home = new Map(graph.nodes.map(({ id }) => [id, deepest(before.get(id) ?? [], depth)]));
  const lines: string[] = [];
  const draw = (node: GraphNode, lead: string, branch: string, below: string): void => {
    const others = (before.get(node.id) ?? []).filter((id) => id !== home.get(node.id));
    const also = others.length === 0 ? "" : `  (and after ${others.map((id) => names.get(id)).join(", ")})`;
    lines.push(`${lead}${branch}${mark(node)}${names.get(node.id)}${also}`);
    const children = graph.nodes.filter(
      ({ id }) => home.get(id) === node.id && (after.get(node.id) ?? []).includes(id),
    );
    for (const [at, child] of children.entries()) {
      const isLast = at === children.length - 1;
      draw(child, `${lead}${below}`, isLast ? "└─ " : "├─ ", isLast ? "   " : "│  ");
    }
  };
  for (const node of graph.nodes) if (home.get(node.id) === undefined) draw(node, "", "", "");
  return `${lines.join("\n")}\n`;
}

/** Its Task and its own name, by id; the name alone where there is one Task. */
export function labels(nodes: readonly GraphNode[]): ReadonlyMap<string, string> {
  const single = new Set(nodes.map(({ task }) => task)).size < 2;
  return new Map(
    nodes.map((node) => {
      const { id, name, kind } = node;
      const own = single ? name : `${taskTitle(node)}/${name}`;
      return [id, kind === "sidecar" ? `${own} (sidecar)` : own];
    }),
  );
}

type Ids = ReadonlyMap<string, readonly string[]>;

function neighbours({ edges }: RunGraph, key: "from" | "to", value: "from" | "to"): Ids {
  const found = new Map<string, string[]>();
  for (const edge of edges) {
    const list = found.get(edge[key]);
    if (list === undefined) found.set(edge[key], [edge[value]]);
    else list.push(edge[value]);
  }
  return found;
}

/** The length of the longest way to each step; nodes stand after those they wait for. */
export function depthsOf(graph: RunGraph): ReadonlyMap<string, number> {
  const before = neighbours(graph, "to", "from");
  const found = new Map<string, number>();
  for (const { id } of graph.nodes)
    found.set(id, Math.max(-1, ...(before.get(id) ?? []).map((need) => found.get(need) ?? 0)) + 1);
  return found;
}

const deepest = (ids: readonly string[], depth: ReadonlyMap<string, number>): string | undefined =>
  ids.reduce<string | undefined>(
    (best, id) => (best === undefined || (depth.get(id) ?? 0) > (depth.get(best) ?? 0) ? id : best),
    undefined,
  );

/** Of nodes of one Task. */
export const titleOf = ([node]: readonly GraphNode[]): string => (node === undefined ? "" : taskTitle(node));

/** Nodes by their Task, in the order in which they come. */
export function tasksOf(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly GraphNode[]> {
  const found = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    const list = found.get(node.task);
    if (list === undefined) found.set(node.task, [node]);
    else list.push(node);
  }
  return found;
}
