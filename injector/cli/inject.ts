// baton inject -f FILE: the documents of a file, with every pod that has an order made to keep it.

import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { VERSION } from "../version.ts";
import { addLock, type LockOptions } from "./lock-options.ts";

interface InjectFlags extends LockOptions {
  readonly filename: readonly string[];
  readonly output?: string;
  readonly entrypointImage: string;
  readonly imageLayout: readonly string[];
}

export const define = (command: Command): void => {
  addLock(command)
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
    .option(
      "--image-layout <dir>",
      "directory of OCI's layout to look images without a command up in first",
      collect,
      [],
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

async function injected({ filename, entrypointImage, ...flags }: InjectFlags): Promise<string> {
  const [
    { readSources },
    { parseAllDocuments },
    { commandlessImages, inject },
    { printDocuments },
    references,
  ] = await Promise.all([
    import("./files.ts"),
    import("yaml"),
    import("../inject.ts"),
    import("../print.ts"),
    import("./references.ts"),
  ]);
  const sources = await readSources(filename, []);
  const documents = sources
    .flatMap(({ text }) => parseAllDocuments(text))
    .map((document): unknown => document.toJS())
    .filter((value): value is Record<string, unknown> => typeof value === "object" && value !== null);
  const images = documents.flatMap(commandlessImages);
  const commands = await references.imageCommands(images, flags, flags.imageLayout);
  return printDocuments(documents.map((document) => inject(document, { entrypointImage, commands })));
}
