// How a run is shown: live on a terminal, plain lines where the output is piped, or only the record as JSON.

import { painter, wantsColour } from "./colour.ts";
import { liveView } from "./live.ts";
import type { View } from "./plain.ts";
import { plainView } from "./plain.ts";
import { summary } from "./summary.ts";

export function openView(output: "text" | "json"): View {
  if (output === "json") return jsonView();
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
function jsonView(): View {
  const plain = plainView((text) => void process.stderr.write(text), painter(wantsColour(process.stderr)));
  return {
    add: () => undefined,
    show: (event) => {
      if (event.type === "runFinished") process.stdout.write(`${JSON.stringify(event.record, null, 2)}\n`);
      else plain.show(event);
    },
  };
}
