// Who waits for whom, step by step. A Task is a small graph with entries and exits; graphs of Tasks are wired exit to
// entry, at any depth by the same rule.

import type { Edge } from "../model/plan.ts";
import { inOrder } from "../model/topological.ts";
import { type Element, isAlways, leavesOf, type Unit } from "../model/unit.ts";

export interface LeafEdge {
  readonly leaf: string;
  readonly on: Edge["on"];
}

/** Edges by the id of the leaf that waits. */
export type LeafEdges = ReadonlyMap<string, ReadonlyMap<string, Edge["on"]>>;

/** A wired Task, as those who come after it see it. */
export interface Wired {
  /** Leaves that wait for none of the same Task. */
  readonly entries: readonly string[];
  /** What to wait for to come after it. */
  readonly after: readonly LeafEdge[];
  /** What to wait for to come after it whatever happens. */
  readonly settled: readonly LeafEdge[];
  /** Its first step, from which its timeout counts; its last, which decides an attempt. */
  readonly first: string;
  readonly last: string;
}

export class Wiring {
  readonly #edges = new Map<string, Map<string, Edge["on"]>>();
  readonly #units = new Map<string, Wired>();

  get edges(): LeafEdges {
    return this.#edges;
  }

  /** The units wired so far, inner ones included, by key. */
  get units(): ReadonlyMap<string, Wired> {
    return this.#units;
  }

  /** What to wait for so that every step wired so far has settled. */
  everything(): readonly LeafEdge[] {
    return this.#uncovered([...this.#edges.keys()]);
  }

  /** Wires a Task's steps among each other and behind `incoming`. */
  add(unit: Unit, incoming: readonly LeafEdge[]): Wired {
    const inside = this.#wireElements(unit, incoming);
    const settled = this.#uncovered(leavesOf(unit).map((leaf) => leaf.id));
    const needed = incoming.filter((edge) => edge.on === "succeeded");
    const wired = { ...inside, settled, after: unit.tolerated ? [...settled, ...needed] : inside.after };
    this.#units.set(unit.key, wired);
    return wired;
  }

  /** Of these leaves, those whose end is not implied by the end of another that waits for it alone. */
  #uncovered(leaves: readonly string[]): readonly LeafEdge[] {
    const covered = new Set(leaves.flatMap((leaf) => this.#onlyNeed(leaf)));
    return leaves.filter((leaf) => !covered.has(leaf)).map((leaf) => ({ leaf, on: "settled" }));
  }

  #onlyNeed(leaf: string): readonly string[] {
    const needs = this.#edges.get(leaf);
    return needs?.size === 1 ? [...needs.keys()] : [];
  }

  #wireElements(unit: Unit, incoming: readonly LeafEdge[]): Omit<Wired, "settled"> {
    const members = membersOf(unit);
    const ordinary = inOrder(
      members.filter((one) => !one.always),
      (one) => one.name,
      (one) => one.needs,
    );
    const wired = new Map<string, Member>();
    for (const member of ordinary) {
      const before = member.needs.flatMap((name) => wired.get(name)?.after ?? []);
      wired.set(member.name, {
        ...member,
        ...this.#wireMember(member, before.length > 0 ? before : incoming),
      });
    }
    const entries = members.filter(({ always, needs }) => !always && needs.length === 0);
    const needed = new Set(members.flatMap((member) => (member.always ? [] : member.needs)));
    const exits = this.#joinExits(
      unit,
      [...wired.values()].filter(({ name }) => !needed.has(name)),
    );
    const cleanup = this.#wireCleanup(members, [...wired.values()]);
    return {
      entries: entries.flatMap(({ name }) => wired.get(name)?.entries ?? []),
      after: [...exits.flatMap((member) => member.after), ...cleanup],
      first: [...wired.values()][0]?.first ?? "",
      last: exits.at(-1)?.last ?? "",
    };
  }

  #wireMember({ element }: Member, incoming: readonly LeafEdge[]): Omit<Wired, "settled"> {
    if (element.kind === "unit") return this.add(element.unit, incoming);
    const { id } = element.leaf;
    this.#wait(id, incoming);
    return { entries: [id], after: [{ leaf: id, on: "succeeded" }], first: id, last: id };
  }

  /** A Task that is tried again has one last step: the ending of that step is the ending of the attempt. */
  #joinExits(unit: Unit, exits: readonly Member[]): readonly Member[] {
    const last = exits.at(-1);
    if (unit.retries === 0 || last === undefined) return exits;
    const others = exits.slice(0, -1).flatMap((member) => member.after);
    for (const entry of last.element.kind === "step" ? [last.last] : last.entries) this.#wait(entry, others);
    return [last];
  }

  /** `finally` members: one after the other, once all the others have settled. */
  #wireCleanup(members: readonly Member[], done: readonly Member[]): readonly LeafEdge[] {
    let before = this.#uncovered(done.flatMap(({ element }) => idsOf(element)));
    return members
      .filter(({ always }) => always)
      .flatMap((member) => {
        const { after } = this.#wireMember(member, before);
        before = this.#uncovered(idsOf(member.element));
        return after;
      });
  }

  #wait(leaf: string, edges: readonly LeafEdge[]): void {
    const needs = this.#edges.get(leaf) ?? new Map<string, Edge["on"]>();
    for (const edge of edges) if (needs.get(edge.leaf) !== "succeeded") needs.set(edge.leaf, edge.on);
    this.#edges.set(leaf, needs);
  }
}

interface Member extends Omit<Wired, "settled"> {
  readonly name: string;
  readonly element: Element;
  readonly needs: readonly string[];
  readonly always: boolean;
}

/** The Task's list with its order written out: who says nothing waits for the one before. */
function membersOf(unit: Unit): readonly Member[] {
  let previous: string | undefined;
  const before = new Map<string, ReadonlySet<string>>();
  return unit.elements.map((element) => {
    const name = element.kind === "step" ? element.leaf.name : element.name;
    const always = isAlways(element);
    const written = element.needs ?? (previous === undefined ? [] : [previous]);
    const waitedFor = new Set(written.flatMap((need) => [need, ...(before.get(need) ?? [])]));
    const givers = always ? [] : (element.givenBy ?? []).filter((giver) => !waitedFor.has(giver));
    const needs = [...written, ...givers];
    before.set(name, new Set([...waitedFor, ...givers]));
    if (!always) previous = name;
    return { name, element, needs, always, entries: [], after: [], first: "", last: "" };
  });
}

const idsOf = (element: Element): readonly string[] =>
  element.kind === "step" ? [element.leaf.id] : leavesOf(element.unit).map((leaf) => leaf.id);
