// How a run is shown: live on a terminal, plain lines where the output is piped, or only the record as JSON.

import type { Plan } from "../plan.ts";
import type { RunEvent } from "../record.ts";
import { painter, wantsColour } from "./colour.ts";
import { liveView } from "./live.ts";
import { plainView } from "./plain.ts";
import { summary } from "./summary.ts";

export interface View {
  show(event: RunEvent): void;
}

export function openView(plan: Plan, output: "text" | "json"): View {
  if (output === "json") return jsonView(plan);
  const paint = painter(wantsColour(process.stdout));
  const out = (text: string) => void process.stdout.write(text);
  const steps = process.stdout.isTTY ? liveView(plan, process.stdout, paint) : plainView(out, paint);
  return {
    show: (event) => {
      steps.show(event);
      if (event.type === "runFinished") out(summary(plan, event.record, paint));
    },
  };
}

// --- Internal helpers ---

/** Logs go to standard error, so that standard output can be parsed. */
function jsonView(_plan: Plan): View {
  const plain = plainView((text) => void process.stderr.write(text), painter(wantsColour(process.stderr)));
  return {
    show: (event) => {
      if (event.type === "runFinished") process.stdout.write(`${JSON.stringify(event.record, null, 2)}\n`);
      else plain.show(event);
    },
  };
}
