// Requests: a scheduler adds up what all containers of a pod ask for, but steps take turns. What is needed is the most
// that can run at once; each step asks for its share of that.

import { asRaw } from "../../documents/raw.ts";
import type { PlannedSidecar, PlannedStep, PodResources } from "../model/plan.ts";
import { formatQuantity, parseQuantity } from "../model/quantity.ts";
import { peakOf } from "./peak.ts";

export interface Spread {
  readonly steps: readonly PlannedStep[];
  /** What the pod as a whole needs; absent where nobody asks for anything. */
  readonly resources?: PodResources;
}

/** The steps with requests that add up to the most that can be needed at once. */
export function spreadRequests(steps: readonly PlannedStep[], sidecars: readonly PlannedSidecar[]): Spread {
  const own = steps.map(requestsOf);
  const beside = sidecars.map(requestsOf);
  const names = [...new Set([...own, ...beside].flatMap((requests) => [...requests.keys()]))].sort();
  if (names.length === 0) return { steps };
  const needs = steps.map((step) => step.needs.map((edge) => edge.step));
  const shares = steps.map(() => new Map<string, string>());
  const whole = names.map((name) => {
    const weights = own.map((requests) => requests.get(name) ?? 0);
    const peak = peakOf(weights, needs);
    share(weights, peak).forEach((part, step) => {
      if (own[step]?.has(name)) shares[step]?.set(name, formatQuantity(part));
    });
    return [name, formatQuantity(peak + sum(beside.map((requests) => requests.get(name) ?? 0)))] as const;
  });
  return {
    steps: steps.map((step, at) => withRequests(step, shares[at] ?? new Map())),
    resources: { requests: Object.fromEntries(whole) },
  };
}

/** Thousandths by resource. As in Kubernetes, a limit without a request is one. */
function requestsOf({ container }: PlannedStep | PlannedSidecar): ReadonlyMap<string, number> {
  const resources = asRaw(container["resources"]);
  const asked = { ...asRaw(resources["limits"]), ...asRaw(resources["requests"]) };
  return new Map(
    Object.entries(asked).flatMap(([name, text]) => {
      const value = parseQuantity(text);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Whole thousandths in proportion to the weights, adding up to `total`. */
function share(weights: readonly number[], total: number): readonly number[] {
  const all = sum(weights);
  let given = 0;
  let seen = 0;
  return weights.map((weight) => {
    seen += weight;
    const upToHere = all === 0 ? 0 : roundUp((seen / all) * total, total);
    const part = Math.max(0, upToHere - given);
    given += part;
    return part;
  });
}

/** Memory in whole bytes, where it is asked for in bytes. */
const roundUp = (value: number, total: number): number =>
  total % 1e3 === 0 && total >= 1e6 ? Math.ceil(value / 1e3) * 1e3 : Math.ceil(value);

function withRequests(step: PlannedStep, requests: ReadonlyMap<string, string>): PlannedStep {
  if (requests.size === 0) return step;
  const resources = asRaw(step.container["resources"]);
  return {
    ...step,
    container: {
      ...step.container,
      resources: {
        ...resources,
        requests: { ...asRaw(resources["requests"]), ...Object.fromEntries(requests) },
      },
    },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
