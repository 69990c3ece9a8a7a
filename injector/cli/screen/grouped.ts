// `--log-order grouped`: what a step says is shown in one piece, when the step has ended.

import { singly } from "../../record/each-line.ts";
import type { Lines, RunEvent, StreamEvent } from "../../record/record.ts";
import type { View } from "./plain.ts";

type Line = Extract<RunEvent, { readonly type: "log" }>;

/** Lines by step, until somebody takes them. */
export class HeldLines {
  readonly #lines = new Map<string, Line[]>();

  add(said: Line | Lines): void {
    const lines = this.#lines.get(said.step) ?? [];
    for (const one of singly(said)) if (one.type === "log") lines.push(one);
    this.#lines.set(said.step, lines);
  }

  take(step: string): readonly Line[] {
    const lines = this.#lines.get(step) ?? [];
    this.#lines.delete(step);
    return lines;
  }

  /** To be shown before this event. */
  due(event: StreamEvent): readonly Line[] {
    if (event.type === "stepFinished") return this.take(event.step);
    return event.type === "runFinished" ? this.rest() : [];
  }

  /** Sidecars have no ending at which their lines could be taken. */
  rest(): readonly Line[] {
    return [...this.#lines.keys()].flatMap((step) => this.take(step));
  }
}

export function groupedView(inner: View): View {
  const held = new HeldLines();
  return {
    add: (plan) => inner.add(plan),
    say: (text) => inner.say(text),
    show: (event) => {
      if (event.type === "log" || event.type === "lines") return held.add(event);
      for (const line of held.due(event)) inner.show(line);
      inner.show(event);
    },
  };
}
