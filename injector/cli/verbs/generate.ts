// baton generate ts|yaml: from YAML to the SDK's TypeScript, and back.

import type { Command } from "commander";
import { writeText } from "../process/write.ts";

interface Flags {
  readonly output?: string;
}

export const define = (command: Command): void => {
  command
    .command("ts <file...>")
    .description("TypeScript that defines what the YAML files hold; - is standard input")
    .option("-o, --output <file>", "write it there instead of to standard output")
    .action(async (files: readonly string[], { output }: Flags) => {
      const [{ documentsOf }, { generateTs }] = await Promise.all([
        import("./documents.ts"),
        import("../../generate/ts.ts"),
      ]);
      writeText(generateTs(await documentsOf(files)), output);
    });
  command
    .command("yaml <module>")
    .description("YAML of every Task, Pipeline and run that a TypeScript or JavaScript module exports")
    .option("-o, --output <file>", "write it there instead of to standard output")
    .action(async (module: string, { output }: Flags) => {
      const { generateYaml } = await import("../../generate/yaml.ts");
      writeText(await generateYaml(module), output);
    });
};
