// Carries out `baton inject`: the text of files, with every pod that has an order made to keep it.

import { type Diagnostic, mistake, UserError } from "../../diagnostics/diagnostic.ts";
import { editYaml } from "../../documents/edit.ts";
import type { YamlDocument } from "../../documents/load/path.ts";
import { readYaml } from "../../documents/load/yaml.ts";
import { isRaw } from "../../documents/raw.ts";
import { asksForOrder, faultsIn } from "../../inject/faults.ts";
import { commandlessImages, type InjectOptions, inject } from "../../inject/inject.ts";
import type { Fields } from "../../inject/pod.ts";
import { readSources } from "../input/files.ts";
import type { LockOptions } from "../input/lock-options.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { imageCommands } from "../input/references.ts";
import { writeText } from "../process/write.ts";
import type { Terminal } from "../terminal.ts";

export interface InjectFlags extends LockOptions, OutputOptions {
  readonly filename: readonly string[];
  readonly entrypointImage: string;
  readonly imageLayout: readonly string[];
}

/** Throws UserError: for whatever cannot be ordered, and where nothing is. */
export async function injectFiles(terminal: Terminal, flags: InjectFlags): Promise<void> {
  const { filename, entrypointImage, imageLayout } = flags;
  const sources = await readSources(terminal, filename, []);
  const read = sources.map(({ path, text }) => readYaml(path, text));
  const broken = read.flatMap(({ diagnostics }) =>
    diagnostics.filter(({ severity }) => severity === "error"),
  );
  if (broken.length > 0) throw new UserError(broken);
  const documents = read.flatMap((one) => one.documents).filter(isObject);
  const unasked = faultsOf(documents, { entrypointImage }).filter(({ code }) => code !== "unknown-command");
  if (unasked.length > 0) throw new UserError(unasked);
  if (!documents.some(({ data }) => asksForOrder(data))) throw nothingToOrder(filename);
  const images = documents.flatMap(({ data }) => commandlessImages(data));
  const options = { entrypointImage, commands: await imageCommands(terminal, images, flags, imageLayout) };
  const faults = faultsOf(documents, options);
  if (faults.length > 0) throw new UserError(faults);
  const texts = sources.map(({ text }) =>
    editYaml(text, (data) => (isRaw(data) ? inject(data, options) : data)),
  );
  writeText(terminal, joined(texts), outputOf(flags, ["yaml"]).file);
}

type ObjectDocument = YamlDocument & { readonly data: Fields };

const isObject = (document: YamlDocument): document is ObjectDocument => isRaw(document.data);

const faultsOf = (documents: readonly ObjectDocument[], options: InjectOptions): readonly Diagnostic[] =>
  documents.flatMap((document) =>
    faultsIn(document.data, options).map(({ fault, path, of }) => ({
      ...fault,
      place: document.place(path, of),
    })),
  );

const nothingToOrder = (files: readonly string[]): UserError =>
  mistake(
    "nothing-to-order",
    `no Pod, Job or CronJob in ${files.join(", ")} has the annotation baton.run/order`,
    'say the order of its containers: baton.run/order: "a, b, c"',
  );

/** As one stream of documents. */
const joined = (texts: readonly string[]): string =>
  texts.reduce((all, text) => {
    const before = all === "" || all.endsWith("\n") ? all : `${all}\n`;
    return before === "" || /^(?:---|%)/.test(text) ? before + text : `${before}---\n${text}`;
  }, "");
