// A graph as SVG: one file, without scripts, fonts or links. It follows the reader's dark or light setting. The places of
// boxes and lines are dagre's.

import { Graph, layout } from "@dagrejs/dagre";
import { type GraphNode, type RunGraph, taskTitle } from "./graph.ts";
import { depthsOf, tasksOf } from "./text.ts";

export interface SvgOptions {
  /** What the picture is of, for those who hear it read. */
  readonly title: string;
  /** A word for each step, which becomes the class of its box: `succeeded`, `failed` … */
  readonly state?: (id: string) => string | undefined;
  /** Where a step's box leads to, within the page that the picture is part of. */
  readonly link?: (id: string) => string;
}

/** Everything that a user or a step has named is text in it, never markup. */
export function svg(graph: RunGraph, { title, state = () => undefined, link }: SvgOptions): string {
  const single = tasksOf(graph.nodes).size < 2;
  const placed = graph.nodes.length > MANY ? placeInColumns(graph, single) : place(graph, single);
  const boxes = graph.nodes.map((node) => {
    const drawn = box(node, placed.boxes.get(node.id), single, state(node.id));
    return link === undefined ? drawn : `<a href="${escaped(link(node.id))}">${drawn}</a>`;
  });
  const lines = graph.edges.map(({ on }, at) => line(placed.lines[at] ?? [], on));
  const { width, height } = placed;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="baton-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    ...lines,
    ...boxes,
    "</svg>\n",
  ].join("\n");
}

/** Text for SVG and HTML: no character of it is markup, and control characters are shown as what they are. */
export const escaped = (text: string): string =>
  text
    .replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`)
    .replace(CONTROLS, (letter) => String.fromCodePoint(0x2400 + (letter.codePointAt(0) ?? 0)));

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f]/g;

const MARGIN = 12;
const LINE = 16;
/** Of the widest letters of the fonts below, in pixels: text never leaves its box. */
const LETTER = 7.4;

interface Places {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Placed>;
  /** A line for each edge of the graph, in its order. */
  readonly lines: readonly (readonly Point[])[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Placed extends Point {
  readonly width: number;
  readonly height: number;
}

function sizeOf(node: GraphNode, single: boolean): Pick<Placed, "width" | "height"> {
  const letters = Math.max([...node.name].length, single ? 0 : [...taskTitle(node)].length);
  return { width: Math.max(48, letters * LETTER + 20), height: single ? 30 : 44 };
}

function place({ nodes, edges }: RunGraph, single: boolean): Places {
  const graph = new Graph<{ width?: number; height?: number }>();
  graph.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 42, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, sizeOf(node, single));
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    boxes: new Map(nodes.map(({ id }) => [id, graph.node(id)])),
    lines: edges.map(({ from, to }) => graph.edge(from, to).points),
  };
}

/** Where there are too many boxes for a layout that minds crossings: a column for each depth, in the order of steps. */
function placeInColumns(graph: RunGraph, single: boolean): Places {
  const columns = new Map<number, GraphNode[]>();
  const depths = depthsOf(graph);
  for (const node of graph.nodes) {
    const depth = depths.get(node.id) ?? 0;
    columns.set(depth, [...(columns.get(depth) ?? []), node]);
  }
  const boxes = new Map<string, Placed>();
  let x = MARGIN;
  for (const depth of [...columns.keys()].sort((a, b) => a - b)) {
    const column = columns.get(depth) ?? [];
    const width = Math.max(...column.map((node) => sizeOf(node, single).width));
    for (const [row, node] of column.entries()) {
      const { height } = sizeOf(node, single);
      boxes.set(node.id, { x: x + width / 2, y: MARGIN + row * (height + 14) + height / 2, width, height });
    }
    x += width + 42;
  }
  const bottom = Math.max(0, ...[...boxes.values()].map(({ y, height }) => y + height / 2));
  const lines = graph.edges.map(({ from, to }) => {
    const [a, b] = [boxes.get(from), boxes.get(to)];
    if (a === undefined || b === undefined) return [];
    return [
      { x: a.x + a.width / 2, y: a.y },
      { x: b.x - b.width / 2, y: b.y },
    ];
  });
  return { width: x - 42 + MARGIN, height: bottom + MARGIN, boxes, lines };
}

/** Boxes that dagre places in about a second. */
const MANY = 150;

function box(node: GraphNode, at: Placed | undefined, single: boolean, state: string | undefined): string {
  const { id, name, label = id, kind } = node;
  const { x, y, width, height } = at ?? { x: 0, y: 0, width: 0, height: 0 };
  const corner = kind !== "step" ? height / 2 : 5;
  const own = single ? y + 4 : y + LINE - 4;
  const texts = [
    ...(single
      ? []
      : [`<text class="task" x="${round(x)}" y="${round(y - 5)}">${escaped(taskTitle(node))}</text>`]),
    `<text x="${round(x)}" y="${round(own)}">${escaped(name)}</text>`,
  ];
  const told = state === undefined ? "" : ` ${state}`;
  const rect = `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="${round(corner)}"/>`;
  const title = `<title>${escaped(state === undefined ? label : `${label}: ${state}`)}</title>`;
  return `<g class="box${escaped(told)}" data-step="${escaped(id)}">${title}${rect}${texts.join("")}</g>`;
}

function line(points: readonly Point[], on: "succeeded" | "settled"): string {
  const path = points.map(({ x, y }, at) => `${at === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  return `<path class="edge${on === "settled" ? " settled" : ""}" d="${path}" marker-end="url(#baton-end)"/>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

interface Colours {
  readonly ink: string;
  readonly dim: string;
  readonly paper: string;
  readonly line: string;
  readonly good: string;
  readonly bad: string;
  readonly warn: string;
}

/** Colours are written out, because not every viewer of SVG knows variables. */
const coloured = ({ ink, dim, paper, line, good, bad, warn }: Colours): string =>
  [
    `text{fill:${ink}}.task{fill:${dim}}`,
    `rect{fill:${paper};stroke:${line}}.edge{stroke:${line}}marker path{fill:${line}}`,
    `.succeeded rect{stroke:${good}}.cancelled rect{stroke:${warn}}`,
    `.failed rect,.timedOut rect,.lost rect,.setupFailed rect{stroke:${bad}}`,
  ].join("");

const LIGHT = {
  ink: "#1f2430",
  dim: "#666f7d",
  paper: "#fff",
  line: "#8a93a3",
  good: "#1a7f42",
  bad: "#c0302b",
  warn: "#9a6200",
};
const DARK = {
  ink: "#e6e9ef",
  dim: "#a0a8b5",
  paper: "#1b1f27",
  line: "#707a8a",
  good: "#4cc177",
  bad: "#ff7b72",
  warn: "#e3a93c",
};

const STYLE = [
  'text{font:13px ui-sans-serif,system-ui,"Segoe UI",Arial,sans-serif;text-anchor:middle}.task{font-size:11px}',
  "rect{stroke-width:1.4}.edge{fill:none;stroke-width:1.3}.settled,.skipped rect{stroke-dasharray:4 3}",
  ".failed rect,.timedOut rect,.lost rect,.setupFailed rect{stroke-width:2.4}",
  coloured(LIGHT),
  `@media (prefers-color-scheme:dark){${coloured(DARK)}}`,
].join("");
