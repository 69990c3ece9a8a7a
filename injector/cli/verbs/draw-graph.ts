// Carries out `baton graph`: plans what the files say, with stand-ins for what is not given, and draws the steps.

import { graphOf, type RunGraph } from "../../pictures/graph.ts";
import { graphText } from "../../pictures/text.ts";
import { plan } from "../../plan/index.ts";
import type { PlanSet } from "../../plan/model/plan-set.ts";
import { composeInput, profilesIn } from "../input/compose-input.ts";
import { filesOrFound } from "../input/found.ts";
import type { InputOptions } from "../input/input.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { resolveInput } from "../input/resolve-input.ts";
import { writeText } from "../process/write.ts";
import type { Terminal } from "../terminal.ts";

const FORMATS = ["text", "mermaid", "dot", "svg", "json"] as const;

export interface GraphFlags extends InputOptions, OutputOptions {}

/** Throws UserError. */
export async function drawGraph(
  terminal: Terminal,
  files: readonly string[],
  flags: GraphFlags,
): Promise<void> {
  const set = await planned(terminal, files, flags);
  const graph = graphOf(set.plans);
  const { format, file } = outputOf(flags, FORMATS);
  writeText(terminal, await drawn(graph, set.name, format), file);
  for (const { task, why } of set.deferred) terminal.err.write(`note: ${task} is not drawn: ${why}\n`);
}

async function planned(
  terminal: Terminal,
  given: readonly string[],
  flags: GraphFlags,
): Promise<Pick<PlanSet, "name" | "plans" | "deferred">> {
  const files = filesOrFound(terminal, given);
  const compose = composeInput(files);
  if (compose === undefined)
    return plan(await resolveInput(terminal, files, flags, { standIns: true }), { on: "processes" });
  const { planCompose } = await import("../../run/compose.ts");
  const one = planCompose(compose, profilesIn(terminal));
  return { name: one.name, plans: [one], deferred: [] };
}

async function drawn(graph: RunGraph, name: string, as: (typeof FORMATS)[number]): Promise<string> {
  switch (as) {
    case "text":
      return graphText(graph);
    case "json":
      return `${JSON.stringify(graph, null, 2)}\n`;
    case "mermaid":
      return (await import("../../pictures/mermaid.ts")).mermaid(graph);
    case "dot":
      return (await import("../../pictures/dot.ts")).dot(graph);
    case "svg":
      return (await import("../../pictures/svg.ts")).svg(graph, { title: name });
  }
}
