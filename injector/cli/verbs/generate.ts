// baton generate ts|yaml: from YAML to the SDK's TypeScript, and back.

import type { Command } from "commander";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import type { Call } from "../verb.ts";

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(command.command("ts <file...>"), ["ts"])
    .description("TypeScript that defines what the YAML files hold; - is standard input")
    .action(async (files: readonly string[], flags: OutputOptions) => {
      const [{ documentsOf }, { generateTs }] = await Promise.all([
        import("./documents.ts"),
        import("../../generate/ts.ts"),
      ]);
      writeText(terminal, generateTs(await documentsOf(terminal, files)), outputOf(flags, ["ts"]).file);
    });
  addOutput(command.command("yaml <module>"), ["yaml"])
    .description("YAML of every Task, Pipeline and run that a TypeScript or JavaScript module exports")
    .action(async (module: string, flags: OutputOptions) => {
      const { generateYaml } = await import("../../generate/yaml.ts");
      writeText(terminal, await generateYaml(module), outputOf(flags, ["yaml"]).file);
    });
};
