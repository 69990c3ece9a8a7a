// What a report is made of: the record, the graph, and the last lines of each step, gathered from a run's events.

import { joined, type RunGraph } from "../pictures/graph.ts";
import type { RunRecord, StreamEvent } from "../record/record.ts";

export interface Told {
  readonly record: RunRecord;
  readonly graph: RunGraph;
  readonly logs: ReadonlyMap<string, StepLog>;
}

export interface StepLog {
  /** The last ones, in order. */
  readonly lines: readonly string[];
  /** How many came before them and are left out. */
  readonly left: number;
}

/** Lines of a step that a page can hold and a reader would read. */
const LINES = 2_000;

export class Teller {
  readonly #logs = new Map<string, { lines: string[]; left: number }>();
  #graph: RunGraph = { nodes: [], edges: [] };
  #record: RunRecord | undefined;

  graph(graph: RunGraph): void {
    this.#graph = joined(this.#graph, graph);
  }

  add(event: StreamEvent): void {
    if (event.type === "runFinished") this.#record = event.record;
    if (event.type !== "log" && event.type !== "lines") return;
    const log = this.#logs.get(event.step) ?? { lines: [], left: 0 };
    this.#logs.set(event.step, log);
    log.lines.push(...(event.type === "log" ? [event.line] : event.lines));
    if (log.lines.length < LINES * 2) return;
    log.left += log.lines.length - LINES;
    log.lines.splice(0, log.lines.length - LINES);
  }

  /** undefined where the run has not ended. */
  told(): Told | undefined {
    if (this.#record === undefined) return undefined;
    const logs = [...this.#logs].map(([step, { lines, left }]) => {
      const kept = lines.slice(-LINES);
      return [step, { lines: kept, left: left + lines.length - kept.length }] as const;
    });
    return { record: this.#record, graph: this.#graph, logs: new Map(logs) };
  }
}
