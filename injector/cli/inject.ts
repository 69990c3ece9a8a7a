// baton inject -f FILE: the documents of a file, with every pod that has an order made to keep it.

import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { VERSION } from "../version.ts";

interface InjectFlags {
  readonly filename: readonly string[];
  readonly output?: string;
  readonly entrypointImage: string;
}

export const define = (command: Command): void => {
  command
    .requiredOption(
      "-f, --filename <file>",
      "YAML with Pods, Jobs or CronJobs; - is standard input",
      collect,
      [],
    )
    .option("-o, --output <file>", "write it there instead of to standard output")
    .option(
      "--entrypoint-image <image>",
      "image of the entrypoint",
      `ghcr.io/baton-run/entrypoint:${VERSION}`,
    )
    .addHelpText(
      "after",
      '\nA pod says its order in the annotation baton.run/order: "a, b, c", or "{c: [a, b]}" for a graph.',
    )
    .action(async (flags: InjectFlags) => {
      const text = await injected(flags);
      if (flags.output === undefined) process.stdout.write(text);
      else writeFileSync(flags.output, text);
    });
};

// --- Internal helpers ---

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

async function injected({ filename, entrypointImage }: InjectFlags): Promise<string> {
  const [{ readSources }, { parseAllDocuments }, { inject }, { printDocuments }] = await Promise.all([
    import("./files.ts"),
    import("yaml"),
    import("../inject.ts"),
    import("../print.ts"),
  ]);
  const sources = await readSources(filename, []);
  const documents = sources
    .flatMap(({ text }) => parseAllDocuments(text))
    .map((document): unknown => document.toJS())
    .filter((value): value is Record<string, unknown> => typeof value === "object" && value !== null);
  return printDocuments(documents.map((document) => inject(document, { entrypointImage })));
}
