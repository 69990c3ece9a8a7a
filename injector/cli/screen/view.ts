// How a run is shown: live on a terminal, plain lines where the output is piped, groups on GitHub Actions, JSON for
// programs; and told to a file besides, where one is named.

import { createWriteStream } from "node:fs";
import { singly } from "../../record/each-line.ts";
import type { StreamEvent } from "../../record/record.ts";
import type { Output } from "../input/output.ts";
import { writeFile } from "../process/write.ts";
import type { Terminal } from "../terminal.ts";
import { outPainter, type Paint, painter, wantsColour } from "./colour.ts";
import { failure } from "./failure.ts";
import type { RunFormat } from "./formats.ts";
import { githubView } from "./github.ts";
import { groupedView } from "./grouped.ts";
import { junit } from "./junit.ts";
import { liveView } from "./live.ts";
import { plainView, type View } from "./plain.ts";
import { Starts } from "./started.ts";
import { heading, summary } from "./summary.ts";
import { Tails } from "./tails.ts";
import { visibleTree } from "./visible.ts";

export interface ViewOptions {
  readonly output: Output<RunFormat>;
  /** Only the end: how it went, and why it failed. */
  readonly quiet?: boolean;
  /** At the end also how each step was started, and how big the results are. */
  readonly verbose?: boolean;
  readonly timestamps?: boolean;
  readonly logOrder?: "live" | "grouped";
  /** A file for JUnit's XML. */
  readonly junit?: string;
  /** The command that runs this again. */
  readonly again?: string;
}

const HEARTBEAT_MS = 30_000;

/** Throws UserError at once where a file cannot be written. */
export function openView(terminal: Terminal, options: ViewOptions): View {
  const tails = new Tails();
  const shown =
    options.junit === undefined
      ? viewOf(terminal, options, tails)
      : all(viewOf(terminal, options, tails), toJunit(options.junit, tails));
  return {
    ...shown,
    show: (event) => {
      tails.add(event);
      shown.show(event);
    },
  };
}

function viewOf(terminal: Terminal, options: ViewOptions, tails: Tails): View {
  const { format, file } = options.output;
  if (file !== undefined) return all(screen(terminal, options, tails), toFile(options, file, tails));
  if (format === "text") return screen(terminal, options, tails);
  const { out, err } = terminal;
  return format === "json" ? all(standardError(terminal), records(out.write)) : events(out.write, err.write);
}

function screen(terminal: Terminal, options: ViewOptions, tails: Tails): View {
  if (!terminal.out.isTTY) return screenOf(terminal, options, tails);
  const seen = new Tails();
  const inner = screenOf(terminal, options, seen);
  return {
    ...inner,
    show: (event) => {
      const shown = visibleTree(event);
      seen.add(shown);
      inner.show(shown);
    },
  };
}

function screenOf(terminal: Terminal, options: ViewOptions, tails: Tails): View {
  const paint = outPainter(terminal);
  const steps = stepsView(terminal, options, paint);
  const ordered = options.logOrder === "grouped" ? groupedView(steps) : steps;
  return all(ordered, ending(terminal.out.write, paint, options, tails));
}

function stepsView(
  { out, err, environment }: Terminal,
  { quiet, timestamps = false }: ViewOptions,
  paint: Paint,
): View {
  if (quiet === true) return { ...silent, say: err.write };
  if (environment["GITHUB_ACTIONS"] === "true")
    return githubView(out.write, paint, environment["GITHUB_STEP_SUMMARY"]);
  if (out.isTTY) return liveView(out, paint);
  return plainView(out.write, paint, { timestamps, heartbeat: HEARTBEAT_MS });
}

/** The end of the run: where the time went, and last of all why it failed. */
function ending(
  out: (text: string) => void,
  paint: Paint,
  { quiet = false, verbose = false, again }: ViewOptions,
  tails: Tails,
): View {
  const starts = new Starts();
  return {
    ...silent,
    add: (plan) => starts.add(plan),
    show: (event) => {
      if (event.type !== "runFinished") return;
      const { record } = event;
      if (!quiet) out(`${summary(record, paint)}${verbose ? starts.text(record) : ""}`);
      else if (record.state === "succeeded") out(`${heading(record, paint)}\n`);
      if (record.state !== "succeeded") out(failure(record, tails, again, paint));
    },
  };
}

const silent: View = { add: () => undefined, show: () => undefined, say: () => undefined };

/** Logs go to standard error, so that standard output can be parsed. */
function standardError(terminal: Terminal): View {
  const { err } = terminal;
  const view = plainView(err.write, painter(wantsColour(terminal, err)));
  return err.isTTY ? { ...view, show: (event) => view.show(visibleTree(event)) } : view;
}

const records = (write: (text: string) => void): View => ({
  ...silent,
  show: (event) => {
    if (event.type === "runFinished") write(`${JSON.stringify(event.record, null, 2)}\n`);
  },
});

const events = (write: (text: string) => void, say: (text: string) => void): View => ({
  add: () => undefined,
  say,
  show: (event) =>
    write(
      singly(event)
        .map((one) => `${JSON.stringify(one)}\n`)
        .join(""),
    ),
});

/** Throws UserError at once where the file cannot be written. */
function toFile(options: ViewOptions, file: string, tails: Tails): View {
  writeFile("", file);
  const { format } = options.output;
  if (format === "json") return records((text) => writeFile(text, file));
  const stream = createWriteStream(file);
  const write = (text: string) => void stream.write(text);
  if (format === "events") return events(write, () => undefined);
  const paint = painter(false);
  return all(plainView(write, paint), ending(write, paint, options, tails));
}

function toJunit(file: string, tails: Tails): View {
  writeFile("", file);
  return {
    ...silent,
    show: (event: StreamEvent) => {
      if (event.type === "runFinished") writeFile(junit(event.record, tails), file);
    },
  };
}

const all = (...views: readonly View[]): View => ({
  add: (plan) => {
    for (const view of views) view.add(plan);
  },
  show: (event) => {
    for (const view of views) view.show(event);
  },
  say: (text) => {
    for (const view of views) view.say(text);
  },
});
