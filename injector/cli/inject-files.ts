// Carries out `baton inject`: the documents of files, with every pod that has an order made to keep it.

import { parseAllDocuments } from "yaml";
import { UserError } from "../diagnostic.ts";
import type { Fields } from "../inject/pod.ts";
import { commandlessImages, inject } from "../inject.ts";
import { readYaml } from "../load/yaml.ts";
import type { SourceText } from "../load.ts";
import { printDocuments } from "../print.ts";
import { readSources } from "./files.ts";
import type { InjectFlags } from "./inject.ts";
import { imageCommands } from "./references.ts";
import { writeText } from "./write.ts";

/** Throws UserError. */
export async function injectFiles(flags: InjectFlags): Promise<void> {
  const { filename, output, entrypointImage, imageLayout } = flags;
  const sources = await readSources(filename, []);
  const faults = sources.flatMap(({ path, text }) => readYaml(path, text).diagnostics);
  if (faults.length > 0) throw new UserError(faults);
  const documents = sources.flatMap(documentsIn);
  const commands = await imageCommands(documents.flatMap(commandlessImages), flags, imageLayout);
  const text = printDocuments(documents.map((one) => inject(one, { entrypointImage, commands })));
  writeText(text, output);
}

// --- Internal helpers ---

/** As they are written: nothing but the order is added to a pod. */
function documentsIn({ text }: SourceText): readonly Fields[] {
  const parsed = parseAllDocuments(text);
  return (Array.isArray(parsed) ? parsed : []).flatMap((document) => {
    const value: unknown = document.toJS();
    return typeof value === "object" && value !== null ? [value as Fields] : [];
  });
}
