// A run on a terminal: the output of the steps scrolls by, and below it stands a line for each step, redrawn in place.

import { isEnding, type StepState } from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { StreamEvent } from "../../record/record.ts";
import { duration } from "../../record/units.ts";
import type { Screen } from "../terminal.ts";
import type { Paint, Style } from "./colour.ts";
import { type NameOf, Names } from "./names.ts";
import type { View } from "./plain.ts";
import { eventText } from "./plain.ts";

const FRAME_MS = 100;

interface Line {
  readonly state: StepState;
  readonly since: number;
  readonly took?: number;
  /** Steps that it waits for. */
  readonly needs: readonly string[];
}

export function liveView(screen: Screen, paint: Paint): View {
  const lines = new Map<string, Line>();
  const names = new Names();
  let logs = "";
  let height = 0;
  let frame: NodeJS.Timeout | undefined;

  const draw = (last: boolean) => {
    const area = last ? [] : statusLines(lines, screen, paint, names.of);
    const erase = height > 0 ? `\u001b[${height}A\u001b[0J` : "";
    if (erase !== "") screen.draw(erase);
    screen.write(`${logs}${area.map((line) => `${line}\n`).join("")}`);
    logs = "";
    height = area.length;
  };
  return {
    add: (plan) => {
      const { steps } = plan;
      names.add(plan);
      for (const { id, needs } of steps)
        lines.set(id, {
          state: "waiting",
          since: Date.now(),
          needs: needs.flatMap(({ step }) => steps[step]?.id ?? []),
        });
    },
    say: (text) => {
      logs += text;
      draw(false);
    },
    show: (event) => {
      logs += scrolling(event, paint, names.of);
      switch (event.type) {
        case "runStarted":
          frame = setInterval(() => draw(false), FRAME_MS).unref();
          return;
        case "stepStarted":
        case "stepFinished":
          lines.set(event.step, lineOf(event, lines.get(event.step)));
          return draw(false);
        case "runFinished":
          clearInterval(frame);
          return draw(true);
        case "notice":
        case "log":
        case "lines":
        case "taskFinished":
          return;
        default:
          event satisfies never;
      }
    },
  };
}

type StepEvent = Extract<StreamEvent, { readonly type: "stepStarted" | "stepFinished" }>;

const isOfStep = (event: StreamEvent): event is StepEvent =>
  event.type === "stepStarted" || event.type === "stepFinished";

/** The area below tells when steps start and end. */
const scrolling = (event: StreamEvent, paint: Paint, nameOf: NameOf): string =>
  isOfStep(event) ? "" : (eventText(event, paint, "", nameOf) ?? "");

function lineOf(event: StepEvent, before: Line | undefined): Line {
  const { since = Date.now(), needs = [] } = before ?? {};
  if (event.type === "stepStarted") return { state: "running", since: Date.parse(event.at), needs };
  const { state, startedAt } = event.status;
  const took = startedAt === undefined ? undefined : Date.parse(event.at) - Date.parse(startedAt);
  return { state, since, needs, ...defined({ took }) };
}

const MARKS: Readonly<Record<StepState, { readonly mark: string; readonly style: Style }>> = {
  waiting: { mark: "·", style: "dim" },
  running: { mark: "▸", style: "cyan" },
  succeeded: { mark: "✓", style: "green" },
  skipped: { mark: "-", style: "dim" },
  failed: { mark: "✗", style: "red" },
  setupFailed: { mark: "✗", style: "red" },
  timedOut: { mark: "✗", style: "red" },
  cancelled: { mark: "✗", style: "yellow" },
  lost: { mark: "✗", style: "red" },
};

/**
 * At most a third of the terminal, so that what the steps say can be read: what runs first, then what ended last, then
 * what waits.
 */
function statusLines(
  lines: ReadonlyMap<string, Line>,
  screen: Screen,
  paint: Paint,
  nameOf: NameOf,
): readonly string[] {
  const room = Math.max(3, Math.floor((screen.rows ?? 24) / 3));
  const all = [...lines];
  const shown = all.length <= room ? all : mostTelling(all, room - 1);
  const width = Math.min(NAME, Math.max(...shown.map(([id]) => nameOf(id).length)));
  const columns = (screen.columns ?? 80) - 1;
  const text = shown.map(([id, line]) => {
    const { mark, style } = MARKS[line.state];
    const name = cut(nameOf(id), width).padEnd(width);
    return paint(cut(`${mark} ${name}  ${told(line, lines, nameOf)}`, columns), style);
  });
  if (shown.length === all.length) return text;
  return [...text, paint(cut(`  … ${hidden(all, shown)}`, columns), "dim")];
}

/** A longer name is cut, so that how the step stands is seen on narrow terminals. */
const NAME = 28;

const cut = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;

/** How a step stands, in a few words: for how long it runs, or what it waits for. */
function told({ state, since, took, needs }: Line, lines: ReadonlyMap<string, Line>, nameOf: NameOf): string {
  if (state === "running") return `running ${duration(Date.now() - since)}`;
  if (state !== "waiting") return took === undefined ? state : `${state} ${duration(took)}`;
  const open = needs.filter((need) => !isOver(lines.get(need)));
  return open.length === 0 ? "waiting" : `waits for ${open.map(nameOf).join(", ")}`;
}

const isOver = (line: Line | undefined): boolean => line !== undefined && isEnding(line.state);

/** What the lines that are not shown are: `12 waiting, 3 succeeded`. */
function hidden(all: readonly [string, Line][], shown: readonly [string, Line][]): string {
  const counts = new Map<StepState, number>();
  for (const [, { state }] of all.filter((one) => !shown.includes(one)))
    counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
}

function mostTelling(all: readonly [string, Line][], room: number): readonly [string, Line][] {
  const rank = ({ state }: Line): number => (state === "running" ? 0 : state === "waiting" ? 2 : 1);
  const order = all
    .map((one, at) => ({ one, at }))
    .toSorted((a, b) => {
      const [x, y] = [rank(a.one[1]), rank(b.one[1])];
      // Of those that have ended, the last; of those that wait, the first.
      return x - y || (x === 1 ? b.at - a.at : a.at - b.at);
    });
  const chosen = new Set(order.slice(0, room).map(({ one }) => one));
  return all.filter((one) => chosen.has(one));
}
