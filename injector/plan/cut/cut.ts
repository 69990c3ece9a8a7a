// Which Tasks share a pod. Along the graph, each Task joins the pod that it shares most with (data before results
// before mere order), unless something forbids it; then the graph is cut there, and a sentence says why.

import type { PodSettings, ResolvedRun } from "../../resolve/resolved.ts";
import { cutNote } from "../model/notes.ts";
import type { PlanEdge, PlanNote, PlanOptions } from "../model/plan-set.ts";
import { inOrder } from "../model/topological.ts";
import { givingTasks, type Unit } from "../model/unit.ts";
import type { TaskGraph } from "../order/graph.ts";
import type { Ordered } from "../order/order.ts";
import { Reach } from "../order/reach.ts";
import { type Ban, banOf, Held } from "./bans.ts";
import { sharedSettings } from "./pod-security.ts";

/** Tasks of one pod, in the graph's order. */
export interface Part {
  readonly units: readonly Unit[];
  readonly pod: PodSettings;
}

export interface Cuts {
  /** In an order in which they can run. */
  readonly parts: readonly Part[];
  /** Index of the part of each Task. */
  readonly partOf: ReadonlyMap<string, number>;
  readonly edges: readonly PartEdge[];
  readonly notes: readonly PlanNote[];
}

/** One part waits for another; both are indexes. */
export interface PartEdge extends Pick<PlanEdge, "on"> {
  readonly from: number;
  readonly to: number;
}

export function cut({ units, graph }: Ordered, run: ResolvedRun, options: PlanOptions): Cuts {
  const pods = new Pods(graph, units.length);
  const notes: PlanNote[] = [];
  for (const unit of units) {
    const before = pods.before(unit);
    const candidates = pods.byAffinity(unit, before);
    const refused = candidates.map((pod) => banOf(unit, pod.held, run, options) ?? pods.circle(pod, before));
    const home = candidates[refused.indexOf(undefined)];
    const [nearest] = refused;
    if (nearest !== undefined) notes.push(cutNote(unit.key, nearest.task, nearest.why));
    pods.put(unit, home ?? pods.open(unit.pod ?? run.pod), before);
  }
  const { parts, partOf } = pods.parts(run.pod);
  return { parts, partOf, edges: edgesBetween(units, graph, partOf), notes };
}

interface Pod {
  readonly index: number;
  readonly held: Held;
  readonly volumes: Set<string>;
  readonly settings: PodSettings;
  /** Pods that must have run before, as edges say. */
  readonly after: Set<Pod>;
}

class Pods {
  readonly #pods: Pod[] = [];
  readonly #home = new Map<string, Pod>();
  readonly #graph: TaskGraph;
  /** Which pods come after which, at any distance. */
  readonly #reach: Reach;

  constructor(graph: TaskGraph, most: number) {
    this.#graph = graph;
    this.#reach = new Reach(most);
  }

  open(settings: PodSettings): Pod {
    const index = this.#pods.length;
    const pod: Pod = { index, held: new Held(), volumes: new Set(), settings, after: new Set() };
    this.#pods.push(pod);
    return pod;
  }

  put(unit: Unit, pod: Pod, before: readonly Pod[]): void {
    pod.held.add(unit);
    for (const volume of volumesOf(unit)) pod.volumes.add(volume);
    this.#home.set(unit.key, pod);
    for (const one of before) if (one !== pod) this.#order(one, pod);
  }

  /** The pods of the Tasks that it waits for. */
  before(unit: Unit): readonly Pod[] {
    const homes = this.#graph.into(unit.key).flatMap(({ before }) => this.#home.get(before) ?? []);
    return [...new Set(homes)];
  }

  /**
   * The pods that it could join, the one that shares most with it first: none that it has nothing to do with and that
   * would have to wait for its sake, and for a `finally` Task behind several pods only those of its kind.
   */
  byAffinity(unit: Unit, before: readonly Pod[]): readonly Pod[] {
    const ordinary = new Set(this.#pods.filter(({ held }) => held.units.some((other) => !other.finally)));
    const weightOf = this.#weights(unit);
    return this.#pods
      .filter((pod) => !unit.finally || ordinary.size < 2 || !ordinary.has(pod))
      .map((pod) => ({ pod, weight: weightOf(pod) }))
      .filter(({ pod, weight }) => weight > 0 || before.every((one) => one === pod || pod.after.has(one)))
      .sort((a, b) => b.weight - a.weight)
      .map(({ pod }) => pod);
  }

  #weights(unit: Unit): (pod: Pod) => number {
    const neighbours = new Map<Pod | undefined, number>();
    for (const { before, because } of this.#graph.into(unit.key)) {
      const pod = this.#home.get(before);
      if (because !== "finally") neighbours.set(pod, (neighbours.get(pod) ?? 0) + EDGE);
    }
    const givers = new Set(givingTasks(unit).map((key) => this.#home.get(key)));
    const volumes = volumesOf(unit);
    return (pod) => {
      const data = givers.has(pod) || volumes.some((volume) => pod.volumes.has(volume));
      return (neighbours.get(pod) ?? 0) + (data ? DATA : 0);
    };
  }

  /** A pod cannot wait for a pod that waits for it. */
  circle(pod: Pod, before: readonly Pod[]): Ban | undefined {
    const between = before.find((one) => one !== pod && this.#reach.has(one.index, pod.index));
    if (between === undefined) return undefined;
    const [task = "", last = ""] = [pod.held.units[0]?.key, between.held.units.at(-1)?.key];
    return { task, why: `it comes after ${last}, which runs in a later pod` };
  }

  parts(whole: PodSettings): Pick<Cuts, "parts" | "partOf"> {
    const order = inOrder(
      this.#pods,
      ({ index }) => String(index),
      ({ after }) => [...after].map(({ index }) => String(index)),
    );
    const partOf = order.flatMap(({ held }, at) => held.units.map(({ key }) => [key, at] as const));
    return {
      parts: order.map(({ held: { units }, settings }) => ({
        units,
        pod: sharedSettings(
          settings,
          units.map((unit) => unit.pod ?? whole),
        ),
      })),
      partOf: new Map(partOf),
    };
  }

  /** What one pod waits for, those wait for, too, that wait for it. */
  #order(before: Pod, after: Pod): void {
    after.after.add(before);
    if (this.#reach.has(after.index, before.index)) return;
    this.#reach.add(after.index, before.index);
    for (const { index } of this.#pods)
      if (this.#reach.has(index, after.index)) this.#reach.add(index, after.index);
  }
}

/** What each part has to wait for before it starts. */
function edgesBetween(units: readonly Unit[], graph: TaskGraph, partOf: Cuts["partOf"]): readonly PartEdge[] {
  const edges = new Map<string, PartEdge>();
  for (const { before, after, on } of units.flatMap(({ key }) => graph.into(key))) {
    const [from, to] = [partOf.get(before), partOf.get(after)];
    const id = `${from} ${to}`;
    if (from === undefined || to === undefined || from === to || edges.get(id)?.on === "succeeded") continue;
    edges.set(id, { from, to, on });
  }
  return [...edges.values()];
}

/** What a cut costs: data has to leave the pod; a result or an order has only to be told. */
const DATA = 100;
const EDGE = 1;

const volumesOf = (unit: Unit): readonly string[] =>
  unit.workspaces.flatMap(({ piece }) => (piece === undefined ? [] : [piece.identity]));
