// A run as plain lines, each with the step it belongs to: for pipes, files and CI.

import type { Plan } from "../../plan/model/plan.ts";
import type { RunEvent } from "../../record/record.ts";
import { duration, millisecondsBetween } from "../../record/units.ts";
import type { Paint, Style } from "./colour.ts";

export interface View {
  /** There are more steps to come. */
  add(plan: Plan): void;
  show(event: RunEvent): void;
}

export function plainView(write: (text: string) => void, paint: Paint): View {
  return {
    add: () => undefined,
    show: (event) => {
      const text = eventText(event, paint);
      if (text !== undefined) write(text);
    },
  };
}

/** Lines for an event, or undefined for one that is told otherwise. */
export function eventText(event: RunEvent, paint: Paint): string | undefined {
  switch (event.type) {
    case "notice":
      return `${paint("note:", "yellow")} ${event.message}\n`;
    case "log":
      return `${prefix(event.step, paint)}${event.line}\n`;
    case "stepStarted":
      return event.attempt > 1
        ? `${prefix(event.step, paint)}${paint(`attempt ${event.attempt}`, "dim")}\n`
        : undefined;
    case "stepFinished": {
      const { status } = event;
      const time = millisecondsBetween(status.startedAt, status.finishedAt);
      const took = time === undefined ? "" : ` in ${duration(time)}`;
      return `${prefix(event.step, paint)}${paint(`${status.state}${took}`, "dim")}\n`;
    }
    default:
      return undefined;
  }
}

const COLOURS: readonly Style[] = ["cyan", "magenta", "blue", "green", "yellow"];

function prefix(step: string, paint: Paint): string {
  const sum = [...step].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return `${paint(`[${shortName(step)}]`, COLOURS[sum % COLOURS.length] ?? "cyan")} `;
}

/** Container names all begin with `step-`, which tells a reader nothing. */
export const shortName = (id: string): string => id.replace(/^step-/, "");
