// What a picture of a run shows: steps, the Tasks that they belong to, and who waits for whom. Plain data, small enough
// to be kept with the record of a run.

import type { Plan, PlannedSidecar, PlannedStep } from "../plan/model/plan.ts";

export interface RunGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  /** Container name: what events and records call the step. */
  readonly id: string;
  /** The step's own name. */
  readonly name: string;
  readonly task: string;
  /** How people call it, where it is one of a matrix; it ends with its own name. */
  readonly label?: string;
  /** A sidecar waits for nothing and is waited for by nobody; an artifact is what steps were given, or have left. */
  readonly kind: "step" | "sidecar" | "artifact";
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `settled`: goes on whatever became of the one before. */
  readonly on: "succeeded" | "settled";
}

/** The steps of these plans and their edges; an edge that others imply is left out. */
export function graphOf(plans: readonly Plan[]): RunGraph {
  return {
    nodes: plans.flatMap(({ steps, sidecars }) => [
      ...steps.map((step) => nodeOf(step, "step")),
      ...sidecars.map((sidecar) => nodeOf(sidecar, "sidecar")),
    ]),
    edges: plans.flatMap(({ steps }) => edgesOf(steps)),
  };
}

const nodeOf = (
  { id, name, task, label }: PlannedStep | PlannedSidecar,
  kind: "step" | "sidecar",
): GraphNode => ({ id, name, task, ...(label === undefined ? {} : { label }), kind });

/** What its Task is called in a picture. */
export const taskTitle = ({ name, task, label }: GraphNode): string =>
  label === undefined ? task : label.slice(0, -name.length - 1);

/** Both graphs as one: plans of one run come one after the other. */
export const joined = (a: RunGraph, b: RunGraph): RunGraph => ({
  nodes: [...a.nodes, ...b.nodes],
  edges: [...a.edges, ...b.edges],
});

function edgesOf(steps: readonly PlannedStep[]): readonly GraphEdge[] {
  return steps.flatMap((step) => {
    const implied = impliedNeeds(steps, step);
    return step.needs.flatMap(({ step: need, on }) => {
      const from = steps[need];
      return from === undefined || implied.has(need) ? [] : [{ from: from.id, to: step.id, on }];
    });
  });
}

/** Those that another of its needs waits for, near or far. Steps come after those they need, so the search has an end. */
function impliedNeeds(steps: readonly PlannedStep[], { needs }: PlannedStep): ReadonlySet<number> {
  const wanted = new Set(needs.map(({ step }) => step));
  const implied = new Set<number>();
  if (wanted.size < 2) return implied;
  const first = Math.min(...wanted);
  const seen = new Set(wanted);
  const open = [...wanted];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const { step } of steps[at]?.needs ?? []) {
      if (wanted.has(step)) implied.add(step);
      if (step < first || seen.has(step)) continue;
      seen.add(step);
      open.push(step);
    }
  return implied;
}
