// baton schema: the JSON Schema of Tasks, Pipelines and runs on standard output.

import type { Command } from "commander";

export const define = (command: Command): void => {
  command
    .addHelpText(
      "after",
      "\nbaton schema > tasks.schema.json, then tell your editor to use it for *.yaml files of Tasks.",
    )
    .action(async () => {
      const { jsonSchema } = await import("../../documents/json-schema.ts");
      process.stdout.write(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
    });
};
