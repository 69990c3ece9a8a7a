// A run on a terminal: the output of the steps scrolls by, and below it stands a line for each step, redrawn in place.

import type { WriteStream } from "node:tty";
import type { StepState } from "../../../entrypoint/protocol/index.ts";
import type { RunEvent } from "../../record/record.ts";
import { duration } from "../../record/units.ts";
import type { Paint, Style } from "./colour.ts";
import type { View } from "./plain.ts";
import { eventText, shortName } from "./plain.ts";

const FRAME_MS = 100;

interface Line {
  readonly state: StepState;
  readonly since: number;
  readonly took?: number;
}

export function liveView(terminal: WriteStream, paint: Paint): View {
  const lines = new Map<string, Line>();
  let logs = "";
  let height = 0;
  let frame: NodeJS.Timeout | undefined;

  const draw = (last: boolean) => {
    const area = last ? [] : statusLines(lines, terminal, paint);
    const erase = height > 0 ? `\u001b[${height}A\u001b[0J` : "";
    terminal.write(`${erase}${logs}${area.map((line) => `${line}\n`).join("")}`);
    logs = "";
    height = area.length;
  };
  return {
    add: ({ steps }) => {
      for (const { id } of steps) lines.set(id, { state: "waiting", since: Date.now() });
    },
    show: (event) => {
      logs += liveText(event, paint);
      follow(lines, event);
      if (event.type === "runStarted") frame = setInterval(() => draw(false), FRAME_MS).unref();
      if (event.type === "stepFinished" || event.type === "stepStarted") draw(false);
      if (event.type !== "runFinished") return;
      clearInterval(frame);
      draw(true);
    },
  };
}

/** The area below tells when steps start and end. */
const liveText = (event: RunEvent, paint: Paint): string =>
  event.type === "stepStarted" || event.type === "stepFinished" ? "" : (eventText(event, paint) ?? "");

function follow(lines: Map<string, Line>, event: RunEvent): void {
  if (event.type === "stepStarted") lines.set(event.step, { state: "running", since: Date.parse(event.at) });
  if (event.type !== "stepFinished") return;
  const since = lines.get(event.step)?.since ?? Date.now();
  const { state, startedAt } = event.status;
  const took = startedAt === undefined ? {} : { took: Date.parse(event.at) - Date.parse(startedAt) };
  lines.set(event.step, { state, since, ...took });
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

/** As many as the terminal has room for: what runs first, then what ended last, then what waits. */
function statusLines(
  lines: ReadonlyMap<string, Line>,
  terminal: WriteStream,
  paint: Paint,
): readonly string[] {
  const room = Math.max(1, (terminal.rows ?? 24) - 2);
  const all = [...lines];
  const shown = all.length <= room ? all : mostTelling(all, room - 1);
  const width = Math.max(...shown.map(([id]) => shortName(id).length));
  const columns = terminal.columns ?? 80;
  const text = shown.map(([id, line]) => {
    const { mark, style } = MARKS[line.state];
    const time =
      line.state === "running"
        ? duration(Date.now() - line.since)
        : line.took === undefined
          ? ""
          : duration(line.took);
    return paint(
      `${mark} ${shortName(id).padEnd(width)}  ${line.state.padEnd(11)} ${time}`.slice(0, columns - 1),
      style,
    );
  });
  return shown.length === all.length
    ? text
    : [...text, paint(`  … ${all.length - shown.length} more steps`, "dim")];
}

function mostTelling(all: readonly [string, Line][], room: number): readonly [string, Line][] {
  const rank = ({ state }: Line): number => (state === "running" ? 0 : state === "waiting" ? 2 : 1);
  const chosen = new Set(all.toSorted((a, b) => rank(a[1]) - rank(b[1])).slice(0, room));
  return all.filter((one) => chosen.has(one));
}
