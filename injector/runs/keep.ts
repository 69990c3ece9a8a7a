// Keeps a run while it happens: its events, its graph, and at the end its record. Whatever goes wrong here is told once
// and never ends the run.

import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeBeneath } from "../beneath/write.ts";
import type { Definitions } from "../continue/definitions.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { lineageOf } from "../lineage/summary.ts";
import { graphOf, joined, type RunGraph } from "../pictures/graph.ts";
import type { Plan } from "../plan/model/plan.ts";
import { singly } from "../record/each-line.ts";
import type { RunEvent, StreamEvent } from "../record/record.ts";
import { FILES, makeRunFolder, prune, type RunStart } from "./folder.ts";

export interface Keeper {
  readonly folder: string;
  plan(plan: Plan): void;
  add(event: StreamEvent): void;
  /** It does not begin, or does not go on. */
  refuse(diagnostics: readonly Diagnostic[]): void;
}

export interface KeepOptions {
  /** What each Task of the run is; without, no run can go on from it. */
  readonly definitions?: Definitions;
  /** Runs that stay, the latest first; by default 200. */
  readonly count?: number;
  /** Days for which they stay; by default 30. */
  readonly days?: number;
  /** Bytes of events that are kept of one run; lines of output beyond are left out. By default 64 MiB. */
  readonly limit?: number;
  /** Told once, where the run cannot be kept. */
  readonly onFault?: (message: string) => void;
}

/** `name` is the run's. */
export function keepRun(root: string, name: string, options: KeepOptions = {}): Keeper | undefined {
  const { count = 200, days = 30, limit = 64 << 20, onFault = () => undefined, definitions } = options;
  let broken = false;
  const attempting = (what: () => void): void => {
    if (broken) return;
    try {
      what();
    } catch (error) {
      broken = true;
      onFault(`this run is not kept: ${(error as Error).message}`);
    }
  };
  let folder: string | undefined;
  attempting(() => {
    const begun = new Date();
    folder = makeRunFolder(root, name, begun);
    const start: RunStart = { name, startedAt: begun.toISOString(), pid: process.pid };
    writeFileSync(join(folder, FILES.start), JSON.stringify(start));
    if (definitions !== undefined) writeWhole(folder, FILES.definitions, JSON.stringify(definitions));
  });
  if (folder === undefined) return undefined;
  const kept = folder;
  const events = new EventFile(join(kept, FILES.events), limit);
  let graph: RunGraph = { nodes: [], edges: [] };
  return {
    folder: kept,
    plan: (plan) =>
      attempting(() => {
        graph = joined(graph, graphOf([plan]));
        writeWhole(kept, FILES.graph, JSON.stringify(graph));
      }),
    add: (event) =>
      attempting(() => {
        events.add(event);
        if (event.type !== "runFinished") return;
        writeWhole(kept, FILES.lineage, JSON.stringify(lineageOf(event.record)));
        writeWhole(kept, FILES.record, `${JSON.stringify(event.record, null, 2)}\n`);
        prune(root, { count, days });
      }),
    refuse: (diagnostics) =>
      attempting(() => {
        writeWhole(kept, FILES.refusal, `${JSON.stringify(diagnostics, null, 2)}\n`);
        prune(root, { count, days });
      }),
  };
}

/** Events, written some at a time: a run that says much must not wait for a disk at each line. */
class EventFile {
  readonly #file: string;
  #left: number;
  #pending = "";
  #cut = false;

  constructor(file: string, limit: number) {
    this.#file = file;
    this.#left = limit;
  }

  add(told: StreamEvent): void {
    if (this.#cut && (told.type === "log" || told.type === "lines")) return;
    for (const event of singly(told)) this.#addOne(event);
  }

  #addOne(event: RunEvent): void {
    if (event.type === "log" && this.#cut) return;
    // The record has a file of its own.
    const kept = event.type === "runFinished" ? { type: event.type, at: event.at } : event;
    const line = `${JSON.stringify(kept)}\n`;
    this.#left -= line.length;
    if (event.type === "log" && this.#left < 0) {
      this.#cut = true;
      const message = "output beyond this is not kept";
      this.#pending += `${JSON.stringify({ type: "notice", at: event.at, message })}\n`;
      return;
    }
    this.#pending += line;
    if (event.type !== "log" || this.#pending.length > CHUNK) this.#flush();
  }

  #flush(): void {
    appendFileSync(this.#file, this.#pending, { mode: 0o600 });
    this.#pending = "";
  }
}

const CHUNK = 256 << 10;

const writeWhole = (folder: string, name: string, text: string): void =>
  writeBeneath(folder, name, text, 0o600);
