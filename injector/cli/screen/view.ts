// How a run is shown: live on a terminal, plain lines where the output is piped, groups on GitHub Actions, JSON for
// programs; and told to a file besides, where one is named.

import { createWriteStream } from "node:fs";
import type { RunEvent } from "../../record/record.ts";
import type { Output } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import { type Paint, painter, wantsColour } from "./colour.ts";
import { failure } from "./failure.ts";
import type { RunFormat } from "./formats.ts";
import { githubView } from "./github.ts";
import { groupedView } from "./grouped.ts";
import { junit } from "./junit.ts";
import { liveView } from "./live.ts";
import { plainView, type View } from "./plain.ts";
import { heading, summary } from "./summary.ts";
import { Tails } from "./tails.ts";
import { visibleTree } from "./visible.ts";

export interface ViewOptions {
  readonly output: Output<RunFormat>;
  /** Only the end: how it went, and why it failed. */
  readonly quiet?: boolean;
  readonly timestamps?: boolean;
  readonly logOrder?: "live" | "grouped";
  /** A file for JUnit's XML. */
  readonly junit?: string;
  /** The command that runs this again. */
  readonly again?: string;
}

const HEARTBEAT_MS = 30_000;

export function openView(options: ViewOptions): View {
  const tails = new Tails();
  const shown =
    options.junit === undefined
      ? viewOf(options, tails)
      : all(viewOf(options, tails), toJunit(options.junit, tails));
  return {
    ...shown,
    show: (event) => {
      tails.add(event);
      shown.show(event);
    },
  };
}

function viewOf(options: ViewOptions, tails: Tails): View {
  const { format, file } = options.output;
  if (file !== undefined) return all(screen(options, tails), toFile(options, file, tails));
  if (format === "text") return screen(options, tails);
  const out = (text: string) => void process.stdout.write(text);
  return format === "json" ? all(standardError(), records(out)) : events(out);
}

function screen(options: ViewOptions, tails: Tails): View {
  if (!process.stdout.isTTY) return screenOf(options, tails);
  const seen = new Tails();
  const inner = screenOf(options, seen);
  return {
    ...inner,
    show: (event) => {
      const shown = visibleTree(event);
      seen.add(shown);
      inner.show(shown);
    },
  };
}

function screenOf(options: ViewOptions, tails: Tails): View {
  const paint = painter(wantsColour(process.stdout));
  const out = (text: string) => void process.stdout.write(text);
  const steps = stepsView(options, out, paint);
  const ordered = options.logOrder === "grouped" ? groupedView(steps) : steps;
  return all(ordered, ending(out, paint, options, tails));
}

function stepsView(
  { quiet, timestamps = false }: ViewOptions,
  out: (text: string) => void,
  paint: Paint,
): View {
  if (quiet === true) return { ...silent, say: (text) => void process.stderr.write(text) };
  if (process.env["GITHUB_ACTIONS"] === "true")
    return githubView(out, paint, process.env["GITHUB_STEP_SUMMARY"]);
  if (process.stdout.isTTY) return liveView(process.stdout, paint);
  return plainView(out, paint, { timestamps, heartbeat: HEARTBEAT_MS });
}

/** The end of the run: where the time went, and last of all why it failed. */
function ending(
  out: (text: string) => void,
  paint: Paint,
  { quiet = false, again }: ViewOptions,
  tails: Tails,
): View {
  return {
    ...silent,
    show: (event) => {
      if (event.type !== "runFinished") return;
      const { record } = event;
      if (!quiet) out(summary(record, paint));
      else if (record.state === "succeeded") out(`${heading(record, paint)}\n`);
      if (record.state !== "succeeded") out(failure(record, tails, again, paint));
    },
  };
}

const silent: View = { add: () => undefined, show: () => undefined, say: () => undefined };

/** Logs go to standard error, so that standard output can be parsed. */
function standardError(): View {
  const view = plainView((text) => void process.stderr.write(text), painter(wantsColour(process.stderr)));
  return process.stderr.isTTY ? { ...view, show: (event) => view.show(visibleTree(event)) } : view;
}

const records = (write: (text: string) => void): View => ({
  ...silent,
  show: (event) => {
    if (event.type === "runFinished") write(`${JSON.stringify(event.record, null, 2)}\n`);
  },
});

const events = (write: (text: string) => void): View => ({
  add: () => undefined,
  say: (text) => void process.stderr.write(text),
  show: (event) => write(`${JSON.stringify(event)}\n`),
});

/** Throws UserError at once where the file cannot be written. */
function toFile(options: ViewOptions, file: string, tails: Tails): View {
  writeText("", file);
  const { format } = options.output;
  if (format === "json") return records((text) => writeText(text, file));
  const stream = createWriteStream(file);
  const write = (text: string) => void stream.write(text);
  if (format === "events") return { ...events(write), say: () => undefined };
  const paint = painter(false);
  return all(plainView(write, paint), ending(write, paint, options, tails));
}

function toJunit(file: string, tails: Tails): View {
  writeText("", file);
  return {
    ...silent,
    show: (event: RunEvent) => {
      if (event.type === "runFinished") writeText(junit(event.record, tails), file);
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
