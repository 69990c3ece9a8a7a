// baton schema: the JSON Schema of Tasks, Pipelines and runs on standard output.

import type { Command } from "commander";
import type { Call } from "../verb.ts";

export const define = (command: Command, { terminal }: Call): void => {
  command
    .addHelpText(
      "after",
      "\nbaton schema > tasks.schema.json, then tell your editor to use it for *.yaml files of Tasks.",
    )
    .action(async () => {
      const { jsonSchema } = await import("../../documents/json-schema.ts");
      terminal.out.write(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
    });
};
