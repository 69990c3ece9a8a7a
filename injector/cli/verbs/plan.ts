// baton plan FILE…: what would run, after what, beside which data; nothing is run.

import type { Command } from "commander";
import { addInput, addMaxPod } from "../input/input.ts";
import { addOutput } from "../input/output.ts";
import type { Call } from "../verb.ts";
import type { PlanFlags } from "./print-plan.ts";

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(addMaxPod(addInput(command)), ["text", "json"])
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (files: readonly string[], flags: PlanFlags) => {
      const { printPlan } = await import("./print-plan.ts");
      await printPlan(terminal, files, flags);
    });
};
