// Carries out `baton inject`: the documents of files, with every pod that has an order made to keep it.

import { writeFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { mistake } from "../given.ts";
import type { Fields } from "../inject/pod.ts";
import { commandlessImages, inject } from "../inject.ts";
import type { SourceText } from "../load.ts";
import { printDocuments } from "../print.ts";
import { readSources } from "./files.ts";
import type { InjectFlags } from "./inject.ts";
import { imageCommands } from "./references.ts";

/** Throws UserError. */
export async function injectFiles(flags: InjectFlags): Promise<void> {
  const { filename, output, entrypointImage, imageLayout } = flags;
  const documents = (await readSources(filename, [])).flatMap(documentsIn);
  const commands = await imageCommands(documents.flatMap(commandlessImages), flags, imageLayout);
  const text = printDocuments(documents.map((one) => inject(one, { entrypointImage, commands })));
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
}

// --- Internal helpers ---

function documentsIn({ path, text }: SourceText): readonly Fields[] {
  const parsed = parseAllDocuments(text);
  return (Array.isArray(parsed) ? parsed : []).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined)
      throw mistake("yaml-syntax", `${path}: this is not valid YAML: ${error.message}`, "correct it there");
    const value: unknown = document.toJS();
    return typeof value === "object" && value !== null ? [value as Fields] : [];
  });
}
