// baton generate ts|yaml: from YAML to the SDK's TypeScript, and back.

import { writeFileSync } from "node:fs";
import { UserError } from "../diagnostic.ts";
import type { Define } from "./verbs.ts";

interface Flags {
  readonly output?: string;
}

export const define: Define = (command) => {
  command
    .command("ts <file...>")
    .description("TypeScript that defines what the YAML files hold; - is standard input")
    .option("-o, --output <file>", "write it there instead of to standard output")
    .action(async (files: readonly string[], { output }: Flags) => {
      const [{ documentsOf }, { generateTs }] = await Promise.all([
        import("./documents.ts"),
        import("../generate/ts.ts"),
      ]);
      write(generateTs(await documentsOf(files)), output);
    });
  command
    .command("yaml <module>")
    .description("YAML of every Task, Pipeline and run that a TypeScript or JavaScript module exports")
    .option("-o, --output <file>", "write it there instead of to standard output")
    .action(async (module: string, { output }: Flags) => {
      const { generateYaml } = await import("../generate/yaml.ts");
      write(await generateYaml(module), output);
    });
};

// --- Internal helpers ---

function write(text: string, output: string | undefined): void {
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    const message = `cannot write ${output}: ${(error as Error).message}`;
    throw new UserError([{ code: "file-unwritable", severity: "error", message, cure: "check the folder" }]);
  }
}
