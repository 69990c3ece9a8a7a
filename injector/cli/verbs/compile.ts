// baton compile FILE… --to BACKEND: the words of the verb; what it does is in print-manifest.ts.

import { type Command, Option } from "commander";
import { RENDERERS } from "../../backends/index.ts";
import { entrypointImage } from "../input/entrypoint-image.ts";
import { addInput, addMaxPod } from "../input/input.ts";
import { addOutput } from "../input/output.ts";
import { renderFlags } from "../input/render-flags.ts";
import type { Call } from "../verb.ts";
import type { CompileFlags } from "./print-manifest.ts";

export const define = async (command: Command, { terminal }: Call): Promise<void> => {
  addOutput(addMaxPod(addInput(command)), ["yaml"])
    .addOption(
      new Option("--to <backend>", "what to make of it")
        .choices(Object.keys(RENDERERS))
        .makeOptionMandatory(),
    )
    .addOption(entrypointImage(terminal))
    .option("-n, --namespace <name>", "namespace of what is made")
    .option("--cache <claim:name>", "mount this claim in steps with `cache`, for what they leave");
  for (const option of await renderFlags()) command.addOption(option);
  command
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (files: readonly string[], flags: CompileFlags) => {
      const { printManifest } = await import("./print-manifest.ts");
      await printManifest(terminal, files, flags);
    });
};
