// Pictures of runs: every step once, every edge that nothing implies, and no name is markup.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dot } from "../../../injector/pictures/dot.ts";
import { graphOf, type RunGraph } from "../../../injector/pictures/graph.ts";
import { mermaid } from "../../../injector/pictures/mermaid.ts";
import { svg } from "../../../injector/pictures/svg.ts";
import { graphText } from "../../../injector/pictures/text.ts";
import type { Plan } from "../../../injector/plan/model/plan.ts";

const node = (task: string, name: string) => ({
  id: `step-${task}-${name}`,
  name,
  task,
  kind: "step" as const,
});
const edge = (from: string, to: string, on: "succeeded" | "settled" = "succeeded") => ({ from, to, on });

const DIAMOND: RunGraph = {
  nodes: [node("clone", "clone"), node("lint", "lint"), node("build", "build"), node("push", "push")],
  edges: [
    edge("step-clone-clone", "step-lint-lint"),
    edge("step-clone-clone", "step-build-build"),
    edge("step-lint-lint", "step-push-push"),
    edge("step-build-build", "step-push-push", "settled"),
  ],
};

test("a terminal gets a tree, in which a step that waits for several stands once", () => {
  expect(graphText(DIAMOND)).toBe(`clone/clone
├─ lint/lint
│  └─ push/push  (and after build/build)
└─ build/build
`);
});

test("Mermaid gets a box for each Task and dashes for edges that only wait", () => {
  expect(mermaid(DIAMOND)).toContain('  subgraph t3["push"]\n    s3["push"]\n  end\n');
  expect(mermaid(DIAMOND)).toContain("  s1 --> s3\n  s2 -.-> s3\n");
});

test("DOT gets the same", () => {
  expect(dot(DIAMOND)).toContain('  "step-build-build" -> "step-push-push" [style=dashed];\n');
  expect(dot(DIAMOND)).toContain('    label="push";\n    "step-push-push" [label="push"];\n');
});

test("SVG says how each step stands", () => {
  const text = svg(DIAMOND, { title: "ci", state: (id) => (id === "step-lint-lint" ? "failed" : undefined) });
  expect(text.match(/<g class="box/g)).toHaveLength(4);
  expect(text).toContain(
    '<g class="box failed" data-step="step-lint-lint"><title>step-lint-lint: failed</title>',
  );
  expect(text.match(/<path class="edge/g)).toHaveLength(4);
});

test("a Task of a matrix is called by its values in every picture", () => {
  const fit = { ...node("train-0", "fit"), label: "train[lr=0.1]-fit" };
  const graph = { nodes: [fit, node("pick", "best")], edges: [edge(fit.id, "step-pick-best")] };
  expect(graphText(graph)).toBe("train[lr=0.1]/fit\n└─ pick/best\n");
  expect(mermaid(graph)).toContain('subgraph t0["train#91;lr=0.1#93;"]');
  expect(dot(graph)).toContain('label="train[lr=0.1]";');
  expect(svg(graph, { title: "ci" })).toContain(">train[lr=0.1]</text>");
});

test("an edge that others imply is left out", () => {
  const steps = [0, 1, 2].map((index) => ({
    id: `s${index}`,
    name: `s${index}`,
    task: "t",
    index,
    needs: Array.from({ length: index }, (_, step) => ({ step, on: "succeeded" })),
  }));
  const { edges } = graphOf([{ steps, sidecars: [] } as unknown as Plan]);
  expect(edges).toEqual([edge("s0", "s1"), edge("s1", "s2")]);
});

describe("whatever steps and Tasks are called", () => {
  const graphs = fc
    .array(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })))
    .map((names) => {
      const nodes = names.map(([task, name], at) => ({ id: `s${at}`, name, task, kind: "step" as const }));
      return { nodes, edges: nodes.slice(1).map(({ id }, at) => edge(`s${at}`, id)) };
    });

  test("SVG has no element but its own", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const tags = svg(graph, { title: graph.nodes[0]?.name ?? "" }).match(/<[a-z]+/g) ?? [];
        const known = ["<svg", "<title", "<style", "<defs", "<marker", "<path", "<g", "<rect", "<text"];
        expect(tags.filter((tag) => !known.includes(tag))).toEqual([]);
        expect(tags.filter((tag) => tag === "<rect")).toHaveLength(graph.nodes.length);
      }),
      { numRuns: 60 },
    );
  });

  test("Mermaid has one line for each box", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const boxes = mermaid(graph).match(/^ +s\d+\["[^"\n]*"\]$/gm) ?? [];
        expect(boxes).toHaveLength(graph.nodes.length);
      }),
    );
  });

  test("DOT's quotes are closed where they should be", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const outside = dot(graph).replace(/"(?:[^"\\]|\\.)*"/gs, "_");
        expect(outside).not.toContain('"');
        expect(outside.match(/_ -> _/g) ?? []).toHaveLength(graph.edges.length);
      }),
    );
  });
});
