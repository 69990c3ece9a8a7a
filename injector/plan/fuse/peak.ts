// The most that can be needed at once: the heaviest set of steps of which none waits for another. By Dilworth's
// theorem that is the total, less all that one step can hand on to a later one, which is a maximum flow (Dinic).

/** Weights by step, and the steps that each waits for, by index. */
export function peakOf(weights: readonly number[], needs: readonly (readonly number[])[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return 0;
  const flow = new Flow(2 * weights.length + 2);
  const [source, sink] = [2 * weights.length, 2 * weights.length + 1];
  weights.forEach((weight, step) => {
    const [enter, leave] = [2 * step, 2 * step + 1];
    flow.arc(enter, leave, Number.POSITIVE_INFINITY);
    if (weight > 0) flow.arc(source, leave, weight);
    if (weight > 0) flow.arc(enter, sink, weight);
    for (const before of needs[step] ?? []) flow.arc(2 * before + 1, enter, Number.POSITIVE_INFINITY);
  });
  return total - flow.maximum(source, sink);
}

class Flow {
  readonly #arcs: number[][];
  readonly #to: number[] = [];
  readonly #room: number[] = [];

  constructor(nodes: number) {
    this.#arcs = Array.from({ length: nodes }, () => []);
  }

  /** An arc and its reverse are neighbours in the list: `arc ^ 1` is the other one. */
  arc(from: number, to: number, room: number): void {
    this.#arcs[from]?.push(this.#to.length);
    this.#to.push(to);
    this.#room.push(room);
    this.#arcs[to]?.push(this.#to.length);
    this.#to.push(from);
    this.#room.push(0);
  }

  maximum(source: number, sink: number): number {
    let total = 0;
    for (;;) {
      const levels = this.#levels(source);
      if (levels[sink] === undefined) return total;
      const next = this.#arcs.map(() => 0);
      for (let sent = 1; sent > 0; total += sent) sent = this.#send(source, sink, levels, next);
    }
  }

  /** Distance of every node that can still be reached. */
  #levels(source: number): readonly (number | undefined)[] {
    const levels: (number | undefined)[] = [];
    levels[source] = 0;
    const queue = [source];
    for (const node of queue)
      for (const arc of this.#arcs[node] ?? []) {
        const to = this.#to[arc] ?? 0;
        if ((this.#room[arc] ?? 0) <= 0 || levels[to] !== undefined) continue;
        levels[to] = (levels[node] ?? 0) + 1;
        queue.push(to);
      }
    return levels;
  }

  /** One path to the sink, found without recursion because a chain of steps may be long; 0 where there is none. */
  #send(source: number, sink: number, levels: readonly (number | undefined)[], next: number[]): number {
    const path: number[] = [];
    let node = source;
    while (node !== sink) {
      const arc = this.#usable(node, levels, next);
      if (arc !== undefined) {
        path.push(arc);
        node = this.#to[arc] ?? 0;
        continue;
      }
      const back = path.pop();
      if (back === undefined) return 0;
      node = this.#to[back ^ 1] ?? 0;
      next[node] = (next[node] ?? 0) + 1;
    }
    const room = Math.min(...path.map((arc) => this.#room[arc] ?? 0));
    for (const arc of path) {
      this.#room[arc] = (this.#room[arc] ?? 0) - room;
      this.#room[arc ^ 1] = (this.#room[arc ^ 1] ?? 0) + room;
    }
    return room;
  }

  #usable(node: number, levels: readonly (number | undefined)[], next: number[]): number | undefined {
    const arcs = this.#arcs[node] ?? [];
    for (let at = next[node] ?? 0; at < arcs.length; at += 1) {
      next[node] = at;
      const arc = arcs[at] ?? 0;
      if ((this.#room[arc] ?? 0) > 0 && levels[this.#to[arc] ?? 0] === (levels[node] ?? 0) + 1) return arc;
    }
    next[node] = arcs.length;
    return undefined;
  }
}
