// Carries out `baton inject`: the documents of files, with every pod that has an order made to keep it.

import { parseAllDocuments } from "yaml";
import { UserError } from "../../diagnostics/diagnostic.ts";
import { readYaml } from "../../documents/load/yaml.ts";
import type { SourceText } from "../../documents/load.ts";
import { printDocuments } from "../../documents/print.ts";
import { commandlessImages, inject } from "../../inject/inject.ts";
import type { Fields } from "../../inject/pod.ts";
import { readSources } from "../input/files.ts";
import type { LockOptions } from "../input/lock-options.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { imageCommands } from "../input/references.ts";
import { writeText } from "../process/write.ts";

export interface InjectFlags extends LockOptions, OutputOptions {
  readonly filename: readonly string[];
  readonly entrypointImage: string;
  readonly imageLayout: readonly string[];
}

/** Throws UserError. */
export async function injectFiles(flags: InjectFlags): Promise<void> {
  const { filename, entrypointImage, imageLayout } = flags;
  const sources = await readSources(filename, []);
  const faults = sources.flatMap(({ path, text }) => readYaml(path, text).diagnostics);
  if (faults.length > 0) throw new UserError(faults);
  const documents = sources.flatMap(documentsIn);
  const commands = await imageCommands(documents.flatMap(commandlessImages), flags, imageLayout);
  const text = printDocuments(documents.map((one) => inject(one, { entrypointImage, commands })));
  writeText(text, outputOf(flags, ["yaml"]).file);
}

/** As they are written: nothing but the order is added to a pod. */
function documentsIn({ text }: SourceText): readonly Fields[] {
  const parsed = parseAllDocuments(text);
  return (Array.isArray(parsed) ? parsed : []).flatMap((document) => {
    const value: unknown = document.toJS();
    return typeof value === "object" && value !== null ? [value as Fields] : [];
  });
}
