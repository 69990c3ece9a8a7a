// Who waits for whom, step by step. A Task is a small graph with entries and exits; graphs of Tasks are wired exit to
// entry, at any depth by the same rule.

import { defined } from "../../documents/defined.ts";
import type { LeafKey, TaskKey } from "../model/keys.ts";
import { known } from "../model/known.ts";
import type { Edge } from "../model/plan.ts";
import { inOrder } from "../model/topological.ts";
import { type Element, isAlways, leavesOf, type Unit } from "../model/unit.ts";
import type { TaskGraph } from "../order/graph.ts";
import { Reach } from "../order/reach.ts";

export interface LeafEdge {
  readonly leaf: LeafKey;
  readonly on: Edge["on"];
}

/** Edges by the id of the leaf that waits. */
export type LeafEdges = ReadonlyMap<LeafKey, ReadonlyMap<LeafKey, Edge["on"]>>;

/** A wired Task, as those who come after it see it. */
export interface Wired {
  /** Leaves that wait for none of the same Task. */
  readonly entries: ReadonlySet<LeafKey>;
  /** What to wait for to come after it. */
  readonly after: readonly LeafEdge[];
  /** All its steps, inner Tasks included. */
  readonly leaves: readonly LeafKey[];
  /** Its first step, from which its timeout counts; its last, which decides an attempt. */
  readonly first?: LeafKey;
  readonly last?: LeafKey;
}

/** The Tasks of one plan, each behind those it waits for; what they wait for in other plans has happened before. */
export function wireTasks(units: readonly Unit[], graph: TaskGraph): Wiring {
  const wiring = new Wiring();
  for (const unit of units) {
    const edges = graph.into(unit.key).filter(({ before }) => wiring.units.has(before));
    const keys = (wanted: boolean) =>
      edges.filter(({ because }) => (because === "written") === wanted).map(({ before }) => before);
    wiring.add(unit, [...wiring.after(keys(true)), ...wiring.settled(keys(false))]);
  }
  return wiring;
}

export class Wiring {
  readonly #edges = new Map<LeafKey, Map<LeafKey, Edge["on"]>>();
  readonly #units = new Map<TaskKey, Wired>();

  get edges(): LeafEdges {
    return this.#edges;
  }

  /** The units wired so far, inner ones included, by key. */
  get units(): ReadonlyMap<TaskKey, Wired> {
    return this.#units;
  }

  /** What to wait for to come after these Tasks. */
  after(keys: readonly TaskKey[]): readonly LeafEdge[] {
    return keys.flatMap((key) => known(this.#units.get(key)).after);
  }

  /** What to wait for so that all steps of these Tasks have settled. */
  settled(keys: readonly TaskKey[]): readonly LeafEdge[] {
    return this.#uncovered(keys.flatMap((key) => known(this.#units.get(key)).leaves));
  }

  /** Wires a Task's steps among each other and behind `incoming`. */
  add(unit: Unit, incoming: readonly LeafEdge[]): Wired {
    const inside = this.#wireElements(unit, incoming);
    const leaves = leavesOf(unit).map((leaf) => leaf.id);
    const wired = {
      ...inside,
      leaves,
      after: unit.tolerated ? this.#tolerated(leaves, incoming) : inside.after,
    };
    this.#units.set(unit.key, wired);
    return wired;
  }

  /** Who comes after a Task that may fail waits for its end, and for what it had to wait for itself. */
  #tolerated(leaves: readonly LeafKey[], incoming: readonly LeafEdge[]): readonly LeafEdge[] {
    return [...this.#uncovered(leaves), ...incoming.filter((edge) => edge.on === "succeeded")];
  }

  /** Of these leaves, those whose end is not implied by the end of another that waits for it alone. */
  #uncovered(leaves: readonly LeafKey[]): readonly LeafEdge[] {
    const covered = new Set(leaves.flatMap((leaf) => this.#onlyNeed(leaf)));
    return leaves.filter((leaf) => !covered.has(leaf)).map((leaf) => ({ leaf, on: "settled" }));
  }

  #onlyNeed(leaf: LeafKey): readonly LeafKey[] {
    const needs = this.#edges.get(leaf);
    return needs?.size === 1 ? [...needs.keys()] : [];
  }

  #wireElements(unit: Unit, incoming: readonly LeafEdge[]): Omit<Wired, "leaves"> {
    const members = membersOf(unit);
    const ordinary = inOrder(
      members.filter((one) => !one.always),
      (one) => one.name,
      (one) => one.needs,
    );
    const wired = new Map<string, WiredMember>();
    for (const member of ordinary) {
      const before = member.needs.flatMap((name) => wired.get(name)?.after ?? []);
      const one = this.#wireMember(member.element, before.length > 0 ? before : incoming);
      wired.set(member.name, { ...member, ...one });
    }
    const needed = new Set(ordinary.flatMap(({ needs }) => needs));
    const all = [...wired.values()];
    const exits = this.#joinExits(
      unit,
      all.filter(({ name }) => !needed.has(name)),
    );
    const cleanup = this.#wireCleanup(members, all);
    return {
      entries: new Set(all.flatMap(({ needs, entries }) => (needs.length === 0 ? [...entries] : []))),
      after: [...exits.flatMap((member) => member.after), ...cleanup],
      ...defined({ first: all[0]?.first, last: exits.at(-1)?.last }),
    };
  }

  #wireMember(element: Element, incoming: readonly LeafEdge[]): Omit<Wired, "leaves"> {
    if (element.kind === "unit") return this.add(element.unit, incoming);
    const { id } = element.leaf;
    this.#wait(id, incoming);
    return { entries: new Set([id]), after: [{ leaf: id, on: "succeeded" }], first: id, last: id };
  }

  /** A Task that is tried again has one last step: the ending of that step is the ending of the attempt. */
  #joinExits(unit: Unit, exits: readonly WiredMember[]): readonly WiredMember[] {
    const last = exits.at(-1);
    if (unit.retries === 0 || last === undefined) return exits;
    const others = exits.slice(0, -1).flatMap((member) => member.after);
    for (const entry of last.entries) this.#wait(entry, others);
    return [last];
  }

  /** `finally` members: one after the other, once all the others have settled. */
  #wireCleanup(members: readonly Member[], done: readonly WiredMember[]): readonly LeafEdge[] {
    let before = this.#uncovered(done.flatMap(({ element }) => idsOf(element)));
    return members
      .filter(({ always }) => always)
      .flatMap((member) => {
        const { after } = this.#wireMember(member.element, before);
        before = this.#uncovered(idsOf(member.element));
        return after;
      });
  }

  #wait(leaf: LeafKey, edges: readonly LeafEdge[]): void {
    const needs = this.#edges.get(leaf) ?? new Map<LeafKey, Edge["on"]>();
    for (const edge of edges) if (needs.get(edge.leaf) !== "succeeded") needs.set(edge.leaf, edge.on);
    this.#edges.set(leaf, needs);
  }
}

interface Member {
  readonly name: string;
  readonly element: Element;
  readonly needs: readonly string[];
  readonly always: boolean;
}

type WiredMember = Member & Omit<Wired, "leaves">;

/** The Task's list with its order written out: who says nothing waits for the one before. */
function membersOf({ elements }: Unit): readonly Member[] {
  let previous: string | undefined;
  const members = elements.map((element) => {
    const name = element.kind === "step" ? element.leaf.name : element.name;
    const always = isAlways(element);
    const needs = element.needs ?? (previous === undefined ? [] : [previous]);
    if (!always) previous = name;
    return { name, element, needs, always };
  });
  return elements.some(({ givenBy = [] }) => givenBy.length > 0) ? behindGivers(members) : members;
}

/** Whoever is given data waits for whoever leaves it, where that is not so anyway. */
function behindGivers(members: readonly Member[]): readonly Member[] {
  const index = new Map(members.map(({ name }, at) => [name, at]));
  const before = new Reach(members.length);
  return members.map((member, at) => {
    const wait = (name: string) => before.add(at, known(index.get(name)));
    member.needs.forEach(wait);
    const { givenBy = [] } = member.always ? {} : member.element;
    const givers = givenBy.filter((name) => !before.has(at, known(index.get(name))));
    givers.forEach(wait);
    return { ...member, needs: [...member.needs, ...givers] };
  });
}

const idsOf = (element: Element): readonly LeafKey[] =>
  element.kind === "step" ? [element.leaf.id] : leavesOf(element.unit).map((leaf) => leaf.id);
