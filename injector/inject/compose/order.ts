// Who waits for whom, once no condition is left to compose: ends of jobs and readiness of services, as files.

import type { Fault } from "../faults.ts";
import type { Project, Service } from "./project.ts";

/** A service that takes part in the order, in the order in which each comes after those it waits for. */
export interface Turn {
  readonly service: Service;
  /** Of the list that it is in. */
  readonly index: number;
  /** Those whose post it waits for, by index. */
  readonly after: readonly number[];
}

export interface Turns {
  readonly turns: readonly Turn[];
  readonly faults: readonly Fault[];
}

/** Of services that nobody waits for, and that wait for nobody, only where `all` are asked for. */
export function turnsOf({ services }: Project, all = false): Turns {
  const byName = new Map(services.map((one) => [one.name, one]));
  const edges = new Map(services.map((one) => [one.name, edgesOf(one, byName, new Set())]));
  const { sorted, circle } = inOrder(services, byName);
  const awaited = new Set([...edges.values()].flatMap((names) => [...names]));
  const taking = sorted.filter(
    ({ name, isJob }) => all || isJob || awaited.has(name) || (edges.get(name)?.size ?? 0) > 0,
  );
  const indexes = new Map(taking.map(({ name }, index) => [name, index]));
  const turns = taking.map((service, index) => ({
    service,
    index,
    after: [...(edges.get(service.name) ?? [])]
      .flatMap((name) => indexes.get(name) ?? [])
      .sort((a, b) => a - b),
  }));
  return { turns, faults: circle.length === 0 ? [] : [inCircle(circle)] };
}

/** What has started once what it waits for has ended: whoever waits for its start waits for the same. */
function edgesOf(
  { needs }: Service,
  byName: ReadonlyMap<string, Service>,
  seen: Set<Service>,
): ReadonlySet<string> {
  const edges = new Set<string>();
  for (const { on, condition } of needs) {
    const other = byName.get(on);
    if (other === undefined) continue;
    if (condition !== "started") edges.add(on);
    else if (!seen.has(other)) for (const one of edgesOf(other, byName, seen.add(other))) edges.add(one);
  }
  return edges;
}

function inOrder(services: readonly Service[], byName: ReadonlyMap<string, Service>) {
  const sorted: Service[] = [];
  let left = services;
  while (left.length > 0) {
    const isFree = ({ needs }: Service) =>
      needs.every(({ on }) => !byName.has(on) || sorted.some(({ name }) => name === on));
    const free = left.find(isFree);
    if (free === undefined) return { sorted, circle: left };
    sorted.push(free);
    left = left.filter((one) => one !== free);
  }
  return { sorted, circle: [] };
}

function inCircle(services: readonly Service[]): Fault {
  const [first] = services;
  return {
    fault: {
      code: "not-orderable",
      severity: "error",
      message: `these wait for each other in a circle: ${services.map(({ name }) => name).join(", ")}`,
      cure: "let one of them wait for none of the others",
    },
    path: first?.path ?? [],
    of: "key",
  };
}
