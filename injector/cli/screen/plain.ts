// A run as plain lines, each with the step it belongs to: for pipes, files and CI.

import type { Plan } from "../../plan/model/plan.ts";
import type { StreamEvent } from "../../record/record.ts";
import { duration, millisecondsBetween } from "../../record/units.ts";
import type { Paint, Style } from "./colour.ts";
import { type NameOf, Names, shortName } from "./names.ts";

export interface View {
  /** There are more steps to come. */
  add(plan: Plan): void;
  show(event: StreamEvent): void;
  /** Something that is no event of the run, such as what Ctrl-C does. */
  say(text: string): void;
}

export interface PlainOptions {
  /** Before each line: when it was said (RFC 3339 UTC). */
  readonly timestamps?: boolean;
  /** Milliseconds of silence after which a line says what still runs; absent is never. */
  readonly heartbeat?: number;
}

export function plainView(write: (text: string) => void, paint: Paint, options: PlainOptions = {}): View {
  const running = new Map<string, number>();
  const names = new Names();
  const pulse = heartbeat(options.heartbeat, () => write(stillRunning(running, paint, names.of)));
  return {
    add: (plan) => names.add(plan),
    say: write,
    show: (event) => {
      if (event.type === "stepStarted") running.set(event.step, Date.parse(event.at));
      if (event.type === "stepFinished") running.delete(event.step);
      pulse(event.type !== "runFinished" && running.size > 0);
      const before = options.timestamps === true ? `${paint(event.at, "dim")} ` : "";
      const text = eventText(event, paint, before, names.of);
      if (text !== undefined) write(text);
    },
  };
}

/** Lines for an event, each with `before` in front of it, or undefined for one that is told otherwise. */
export function eventText(
  event: StreamEvent,
  paint: Paint,
  before = "",
  nameOf: NameOf = shortName,
): string | undefined {
  switch (event.type) {
    case "notice":
      return `${before}${paint("note:", "yellow")} ${event.message}\n`;
    case "log":
      return `${before}${prefix(event.step, paint, nameOf)}${event.line}\n`;
    case "lines": {
      const head = before + prefix(event.step, paint, nameOf);
      return `${head}${event.lines.join(`\n${head}`)}\n`;
    }
    case "stepStarted": {
      const word = event.attempt > 1 ? `attempt ${event.attempt}` : "started";
      return `${before}${prefix(event.step, paint, nameOf)}${paint(word, "dim")}\n`;
    }
    case "stepFinished": {
      const { status } = event;
      const time = millisecondsBetween(status.startedAt, status.finishedAt);
      const took = time === undefined ? "" : ` in ${duration(time)}`;
      return `${before}${prefix(event.step, paint, nameOf)}${paint(`${status.state}${took}`, "dim")}\n`;
    }
    case "runStarted":
    case "taskFinished":
    case "runFinished":
      return undefined;
  }
}

/** Calls `beat` after each such time without a call of what it returns; that one's argument says whether to go on. */
function heartbeat(milliseconds: number | undefined, beat: () => void): (goOn: boolean) => void {
  if (milliseconds === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  return (goOn) => {
    clearInterval(timer);
    if (goOn) timer = setInterval(beat, milliseconds).unref();
  };
}

function stillRunning(running: ReadonlyMap<string, number>, paint: Paint, nameOf: NameOf): string {
  const names = [...running].map(([step, since]) => `${nameOf(step)} (${duration(Date.now() - since)})`);
  return `${paint(`… still running: ${names.join(", ")}`, "dim")}\n`;
}

const COLOURS: readonly Style[] = ["cyan", "magenta", "blue", "green", "yellow"];

function prefix(step: string, paint: Paint, nameOf: NameOf): string {
  const sum = [...step].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return `${paint(`[${nameOf(step)}]`, COLOURS[sum % COLOURS.length] ?? "cyan")} `;
}
