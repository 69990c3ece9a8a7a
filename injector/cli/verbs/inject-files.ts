// Carries out `baton inject`: the text of files, with every pod that has an order, and every compose file, made to keep it.

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Diagnostic, mistake, UserError } from "../../diagnostics/diagnostic.ts";
import { isCompose } from "../../documents/compose.ts";
import { editYaml } from "../../documents/edit.ts";
import type { YamlDocument } from "../../documents/load/path.ts";
import { readYaml } from "../../documents/load/yaml.ts";
import { isRaw } from "../../documents/raw.ts";
import {
  type ComposeInjectOptions,
  composeFaults,
  composeImages,
  hasJobs,
  orderCompose,
} from "../../inject/compose/inject.ts";
import { parseEnvFile } from "../../inject/compose/interpolation.ts";
import { asksForOrder, faultsIn } from "../../inject/faults.ts";
import { commandlessImages, inject } from "../../inject/inject.ts";
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
  readonly profile: readonly string[];
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
  const asked: Asked = { entrypointImage, ...surroundings(terminal, documents, flags) };
  const unasked = faultsOf(documents, asked).filter(({ code }) => code !== "unknown-command");
  if (unasked.length > 0) throw new UserError(unasked);
  if (!documents.some(({ data }) => (isCompose(data) ? hasJobs(data, asked) : asksForOrder(data))))
    throw nothingToOrder(filename);
  const images = documents.flatMap(({ data }) =>
    isCompose(data) ? composeImages(data, asked) : commandlessImages(data),
  );
  const options = { ...asked, commands: await imageCommands(terminal, images, flags, imageLayout) };
  const faults = faultsOf(documents, options);
  if (faults.length > 0) throw new UserError(faults);
  const texts = sources.map(({ text }) => (text.trim() === "" ? text : ordered(text, options)));
  writeText(terminal, joined(texts), outputOf(flags, ["yaml"]).file);
  tellOfOthers(terminal, documents);
}

type Asked = ComposeInjectOptions;

const ordered = (text: string, options: Asked): string =>
  readYaml("", text).documents.some(({ data }) => isCompose(data))
    ? editYaml(text, (data) => (isCompose(data) ? orderCompose(data, options) : data), { compact: true })
    : editYaml(text, (data) => (isRaw(data) ? inject(data, options) : data));

/** What compose would know: its profiles, its variables, its name for the project. */
function surroundings(
  terminal: Terminal,
  documents: readonly ObjectDocument[],
  { profile, filename: [file = "-"] }: InjectFlags,
) {
  const folder = file === "-" ? "." : dirname(file);
  const variables = { ...parseEnvFile(textOf(join(folder, ".env"))), ...terminal.environment };
  const given = (variables["COMPOSE_PROFILES"] ?? "").split(",").filter((name) => name !== "");
  const named = documents.find(({ data }) => isCompose(data) && typeof data["name"] === "string");
  const project = named?.data["name"] ?? variables["COMPOSE_PROJECT_NAME"] ?? basename(resolve(folder));
  const name = String(project)
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, "");
  return { variables, profiles: [...profile, ...given], project: name };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** What stands elsewhere stays as it is there. */
function tellOfOthers(terminal: Terminal, documents: readonly ObjectDocument[]): void {
  const say = (message: string) => void terminal.err.write(`note: ${message}\n`);
  for (const { data, file } of documents.filter((one) => isCompose(one.data))) {
    if (data["include"] !== undefined)
      say(`what ${file} includes is left to compose: its services wait as they did`);
    const override = join(dirname(file), basename(file).replace(/(\.ya?ml)$/, ".override$1"));
    if (existsSync(override))
      say(
        `${override} is read by compose beside ${file}, and not beside a file of another name: add it with -f`,
      );
  }
}

type ObjectDocument = YamlDocument & { readonly data: Fields };

const isObject = (document: YamlDocument): document is ObjectDocument => isRaw(document.data);

const faultsOf = (documents: readonly ObjectDocument[], options: Asked): readonly Diagnostic[] =>
  documents.flatMap((document) =>
    (isCompose(document.data) ? composeFaults(document.data, options) : faultsIn(document.data, options)).map(
      ({ fault, path, of }) => ({
        ...fault,
        place: document.place(path, of),
      }),
    ),
  );

const nothingToOrder = (files: readonly string[]): UserError =>
  mistake(
    "nothing-to-order",
    `no Pod, Job or CronJob in ${files.join(", ")} has the annotation baton.run/order, and there is no compose file whose services wait for each other`,
    'say the order of its containers, baton.run/order: "a, b, c"; in a compose file by depends_on',
  );

/** As one stream of documents. */
const joined = (texts: readonly string[]): string =>
  texts.reduce((all, text) => {
    const before = all === "" || all.endsWith("\n") ? all : `${all}\n`;
    return before === "" || /^(?:---|%)/.test(text) ? before + text : `${before}---\n${text}`;
  }, "");
