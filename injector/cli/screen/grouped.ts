// `--log-order grouped`: what a step says is shown in one piece, when the step has ended.

import type { RunEvent } from "../../record/record.ts";
import type { View } from "./plain.ts";

type Line = Extract<RunEvent, { readonly type: "log" }>;

/** Lines by step, until somebody takes them. */
export class HeldLines {
  readonly #lines = new Map<string, Line[]>();

  add(line: Line): void {
    const lines = this.#lines.get(line.step);
    if (lines === undefined) this.#lines.set(line.step, [line]);
    else lines.push(line);
  }

  take(step: string): readonly Line[] {
    const lines = this.#lines.get(step) ?? [];
    this.#lines.delete(step);
    return lines;
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
      if (event.type === "log") return held.add(event);
      if (event.type === "stepFinished") for (const line of held.take(event.step)) inner.show(line);
      if (event.type === "runFinished") for (const line of held.rest()) inner.show(line);
      inner.show(event);
    },
  };
}
