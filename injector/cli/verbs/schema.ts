// baton schema: the JSON Schema of what baton reads, or of what it writes, on standard output.

import { type Command, Option } from "commander";
import type { Call } from "../verb.ts";

const OF = {
  files: async () => (await import("../../documents/json-schema.ts")).jsonSchema(),
  record: async () => (await import("../../record/json-schema.ts")).recordSchema(),
  events: async () => (await import("../../record/json-schema.ts")).eventSchema(),
} as const;

export const define = (command: Command, { terminal }: Call): void => {
  command
    .addOption(
      new Option("--of <what>", "files: Tasks and Pipelines; record, events: what `baton run -o` prints")
        .choices(Object.keys(OF))
        .default("files"),
    )
    .addHelpText(
      "after",
      "\nbaton schema > tasks.schema.json, then tell your editor to use it for *.yaml files of Tasks.",
    )
    .action(async ({ of }: { readonly of: keyof typeof OF }) => {
      terminal.out.write(`${JSON.stringify(await OF[of](), undefined, 2)}\n`);
    });
};
