// Which Tasks share a pod. Along the graph, each Task joins the pod that it shares most with (data before results
// before mere order), unless something forbids it; then the graph is cut there, and a sentence says why.

import type { PodSettings, ResolvedRun } from "../../resolve/resolved.ts";
import type { PlanNote, PlanOptions } from "../model/plan-set.ts";
import type { Unit } from "../model/unit.ts";
import { givingTasks } from "../model/unit.ts";
import type { TaskGraph } from "../order/graph.ts";
import { type Ban, banOf } from "./bans.ts";
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
  readonly notes: readonly PlanNote[];
}

/** `units` in the graph's order. */
export function cut(units: readonly Unit[], graph: TaskGraph, run: ResolvedRun, options: PlanOptions): Cuts {
  const pods = new Pods(graph);
  const notes: PlanNote[] = [];
  for (const unit of units) {
    const candidates = pods.byAffinity(unit);
    const refused = candidates.map((pod) => banOf(unit, pod.units, run, options) ?? pods.circle(unit, pod));
    const home = candidates[refused.indexOf(undefined)];
    const [nearest] = refused;
    if (nearest !== undefined) notes.push(cutNote(unit, nearest));
    pods.put(unit, home ?? pods.open(unit.pod ?? run.pod));
  }
  return pods.cuts(notes, run.pod);
}

const cutNote = (unit: Unit, ban: Ban): PlanNote => ({
  kind: "cut",
  tasks: [ban.task, unit.key],
  message: `${unit.key} is not in the pod of ${ban.task}: ${ban.why}`,
});

interface Pod {
  readonly units: Unit[];
  readonly volumes: Set<string>;
  readonly settings: PodSettings;
  /** Pods that must have run before. */
  readonly after: Set<Pod>;
}

class Pods {
  readonly #pods: Pod[] = [];
  readonly #home = new Map<string, Pod>();
  readonly #neighbours: ReadonlyMap<string, readonly string[]>;

  constructor({ needs, conflicts }: TaskGraph) {
    const neighbours = new Map(needs);
    for (const { before, after } of conflicts)
      neighbours.set(after, [...(neighbours.get(after) ?? []), before]);
    this.#neighbours = neighbours;
  }

  open(settings: PodSettings): Pod {
    const pod: Pod = { units: [], volumes: new Set(), settings, after: new Set() };
    this.#pods.push(pod);
    return pod;
  }

  put(unit: Unit, pod: Pod): void {
    pod.units.push(unit);
    for (const volume of volumesOf(unit)) pod.volumes.add(volume);
    this.#home.set(unit.key, pod);
    for (const before of this.#before(unit)) if (before !== pod) pod.after.add(before);
  }

  /**
   * The pods that it could join, the one that shares most with it first: none that it has nothing to do with and that
   * would have to wait for its sake, and for a `finally` Task behind several pods only those of its kind.
   */
  byAffinity(unit: Unit): readonly Pod[] {
    const before = this.#before(unit);
    const ordinary = this.#pods.filter((pod) => pod.units.some((other) => !other.finally));
    return this.#pods
      .filter((pod) => !unit.finally || ordinary.length < 2 || !ordinary.includes(pod))
      .map((pod) => ({ pod, weight: this.#weight(unit, pod) }))
      .filter(({ pod, weight }) => weight > 0 || before.every((one) => one === pod || pod.after.has(one)))
      .sort((a, b) => b.weight - a.weight)
      .map(({ pod }) => pod);
  }

  #weight(unit: Unit, pod: Pod): number {
    const neighbours = (this.#neighbours.get(unit.key) ?? []).filter((key) => this.#home.get(key) === pod);
    const volumes = volumesOf(unit);
    const shared = volumes.some((volume) => pod.volumes.has(volume));
    const given = givingTasks(unit).some((key) => this.#home.get(key) === pod);
    return neighbours.length * EDGE + (shared || given ? DATA : 0);
  }

  /** A pod cannot wait for a pod that waits for it. */
  circle(unit: Unit, pod: Pod): Ban | undefined {
    const between = this.#before(unit).find((before) => before !== pod && reaches(before, pod));
    if (between === undefined) return undefined;
    const [task = "", last = ""] = [pod.units[0]?.key, between.units.at(-1)?.key];
    return { task, why: `it comes after ${last}, which runs in a later pod` };
  }

  cuts(notes: readonly PlanNote[], whole: PodSettings): Cuts {
    const order = this.#inOrder();
    const partOf = order.flatMap((pod, at) => pod.units.map(({ key }) => [key, at] as const));
    return {
      parts: order.map(({ units, settings }) => ({
        units,
        pod: sharedSettings(
          settings,
          units.map((unit) => unit.pod ?? whole),
        ),
      })),
      partOf: new Map(partOf),
      notes,
    };
  }

  #before(unit: Unit): readonly Pod[] {
    const keys = unit.finally ? [...this.#home.keys()] : (this.#neighbours.get(unit.key) ?? []);
    return [...new Set(keys.flatMap((key) => this.#home.get(key) ?? []))];
  }

  #inOrder(): readonly Pod[] {
    const ordered = new Set<Pod>();
    const visit = (pod: Pod) => {
      if (ordered.has(pod)) return;
      for (const before of pod.after) visit(before);
      ordered.add(pod);
    };
    for (const pod of this.#pods) visit(pod);
    return [...ordered];
  }
}

/** What a cut costs: data has to leave the pod; a result or an order has only to be told. */
const DATA = 100;
const EDGE = 1;

const volumesOf = (unit: Unit): readonly string[] =>
  unit.workspaces.flatMap(({ piece }) => (piece === undefined ? [] : [piece.identity]));

/** Whether `from` comes, at any distance, after `to`. */
function reaches(from: Pod, to: Pod): boolean {
  const seen = new Set<Pod>();
  const visit = (pod: Pod): boolean => {
    if (pod === to) return true;
    if (seen.has(pod)) return false;
    seen.add(pod);
    return [...pod.after].some(visit);
  };
  return visit(from);
}
