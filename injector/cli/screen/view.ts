// How a run is shown: live on a terminal, plain lines where the output is piped, as JSON for programs; and told to a file
// besides, where one is named.

import { createWriteStream } from "node:fs";
import type { RunEvent } from "../../record/record.ts";
import type { Output } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import { painter, wantsColour } from "./colour.ts";
import type { RunFormat } from "./formats.ts";
import { liveView } from "./live.ts";
import { plainView, type View } from "./plain.ts";
import { summary } from "./summary.ts";

export function openView({ format, file }: Output<RunFormat>): View {
  if (file !== undefined) return both(screen(), toFile(format, file));
  if (format === "text") return screen();
  const out = (text: string) => void process.stdout.write(text);
  return format === "json" ? both(standardError(), records(out)) : events(out);
}

function screen(): View {
  const paint = painter(wantsColour(process.stdout));
  const out = (text: string) => void process.stdout.write(text);
  const steps = process.stdout.isTTY ? liveView(process.stdout, paint) : plainView(out, paint);
  return {
    add: (plan) => steps.add(plan),
    show: (event) => {
      steps.show(event);
      if (event.type === "runFinished") out(summary(event.record, paint));
    },
  };
}

/** Logs go to standard error, so that standard output can be parsed. */
const standardError = (): View =>
  plainView((text) => void process.stderr.write(text), painter(wantsColour(process.stderr)));

const records = (write: (text: string) => void): View => ({
  add: () => undefined,
  show: (event) => {
    if (event.type === "runFinished") write(`${JSON.stringify(event.record, null, 2)}\n`);
  },
});

const events = (write: (text: string) => void): View => ({
  add: () => undefined,
  show: (event) => write(`${JSON.stringify(event)}\n`),
});

/** Throws UserError at once where the file cannot be written. */
function toFile(format: RunFormat, file: string): View {
  writeText("", file);
  if (format === "json") return records((text) => writeText(text, file));
  const stream = createWriteStream(file);
  const write = (text: string) => void stream.write(text);
  if (format === "events") return events(write);
  const paint = painter(false);
  return both(plainView(write, paint), {
    add: () => undefined,
    show: (event: RunEvent) => {
      if (event.type === "runFinished") write(summary(event.record, paint));
    },
  });
}

const both = (first: View, second: View): View => ({
  add: (plan) => {
    first.add(plan);
    second.add(plan);
  },
  show: (event) => {
    first.show(event);
    second.show(event);
  },
});
