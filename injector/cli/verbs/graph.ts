// baton graph FILE…: a picture of what would run, after what. Needs no values: what is missing gets a stand-in.

import type { Command } from "commander";
import { addInput } from "../input/input.ts";
import { addOutput } from "../input/output.ts";
import type { Call } from "../verb.ts";
import type { GraphFlags } from "./draw-graph.ts";

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(addInput(command), ["text", "mermaid", "dot", "svg", "json"])
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (files: readonly string[], flags: GraphFlags) => {
      const { drawGraph } = await import("./draw-graph.ts");
      await drawGraph(terminal, files, flags);
    });
};
