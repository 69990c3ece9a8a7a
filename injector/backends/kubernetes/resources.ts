// Requests of the pod as a whole (`spec.resources`, KEP-2837, beta from Kubernetes 1.34): the most that can be needed at
// once, said where the scheduler reads it, and free to whichever step runs. Without it each step asks for its share.

import { asRaw } from "../../documents/raw.ts";
import type { Plan, PlannedStep } from "../../plan/model/plan.ts";

/** What a pod may ask for as a whole; everything else stays with the containers. */
const POD_LEVEL = ["cpu", "memory"] as const;

/** The plan with requests that the pod makes taken off its steps, and what the pod asks for, if anything. */
export function withPodRequests(plan: Plan): {
  readonly plan: Plan;
  readonly resources?: Readonly<Record<string, unknown>>;
} {
  const asked = POD_LEVEL.flatMap((name) => {
    const quantity = plan.resources?.requests[name];
    return quantity === undefined ? [] : [[name, quantity] as const];
  });
  if (asked.length === 0) return { plan };
  return {
    plan: { ...plan, steps: plan.steps.map(withoutPodRequests) },
    resources: { requests: Object.fromEntries(asked) },
  };
}

/** A request beside a limit stays: the API server would put the limit in its place. */
function withoutPodRequests(step: PlannedStep): PlannedStep {
  const { resources: given, ...container } = step.container;
  const { requests, ...resources } = asRaw(given);
  const limits = asRaw(resources["limits"]);
  const kept = Object.entries(asRaw(requests)).filter(
    ([name]) => !POD_LEVEL.some((level) => level === name) || limits[name] !== undefined,
  );
  const left = { ...resources, ...(kept.length === 0 ? {} : { requests: Object.fromEntries(kept) }) };
  return {
    ...step,
    container: { ...container, ...(Object.keys(left).length === 0 ? {} : { resources: left }) },
  };
}
