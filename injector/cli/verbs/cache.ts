// baton cache ls | stats | prune | verify: what is kept of steps that need not run again.

import type { Command } from "commander";
import { parseDuration } from "../../../entrypoint/protocol/index.ts";
import { cacheFolder } from "../../cache/folder.ts";
import { prune } from "../../cache/prune.ts";
import { contentIn, type Found, readEntries } from "../../cache/store.ts";
import { verifyCache } from "../../cache/verify.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { sizeText } from "../../record/units.ts";
import { sizeAsked } from "../input/cache-options.ts";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import { table } from "../screen/table.ts";
import type { Terminal } from "../terminal.ts";
import type { Call } from "../verb.ts";

const FORMATS = ["text", "json"] as const;

interface Flags extends OutputOptions {
  readonly cache?: string;
  readonly size?: string;
  readonly age?: string;
  readonly repair?: boolean;
}

export const define = (command: Command, { terminal, exit }: Call): void => {
  const verb = (name: string, summary: string) =>
    addOutput(command.command(name).description(summary), FORMATS).option(
      "--cache <dir>",
      "folder of the cache (default: BATON_CACHE, or ~/.cache/baton/cas)",
    );
  verb("ls", "list what is kept, the latest first").action((flags: Flags) => list(terminal, flags));
  verb("stats", "say how much is kept").action((flags: Flags) => stats(terminal, flags));
  verb("prune", "drop what was of no use for longest")
    .option("--size <size>", "what may be left, such as 10Gi")
    .option("--age <duration>", "drop what was of no use for so long, such as 168h")
    .action((flags: Flags) => pruneCache(terminal, flags));
  verb("verify", "say what is damaged")
    .option("--repair", "remove it")
    .action((flags: Flags) => exit(verify(terminal, flags)));
};

const folderOf = ({ environment }: Terminal, { cache }: Flags): string =>
  cache ?? (environment["BATON_CACHE"] || cacheFolder(environment));

function say(terminal: Terminal, flags: Flags, value: object, text: () => string): void {
  const { format, file } = outputOf(flags, FORMATS);
  writeText(terminal, format === "json" ? `${JSON.stringify(value, null, 2)}\n` : text(), file);
}

type Entry = Extract<Found, { readonly entry: unknown }>;

const stepsIn = (folder: string): readonly Entry[] =>
  readEntries(folder)
    .filter((one): one is Entry => "entry" in one && one.entry.key !== "")
    .sort((a, b) => (a.entry.at < b.entry.at ? 1 : -1));

function list(terminal: Terminal, flags: Flags): void {
  const all = stepsIn(folderOf(terminal, flags)).map(({ entry: { key, run, at, outputs } }) => ({
    ...{ key, run, at },
    outputs: outputs.map(({ name }) => name),
    size: outputs.reduce((sum, { size }) => sum + size, 0),
  }));
  say(terminal, flags, all, () =>
    all.length === 0
      ? "nothing is kept\n"
      : [
          ...table(
            ["key", "made", "by run", "size", "outputs"],
            all.map(({ key, at, run, size, outputs }) => [
              key.slice(0, 12),
              at,
              run,
              sizeText(size),
              outputs.join(", "),
            ]),
            [3],
          ),
          "",
        ].join("\n"),
  );
}

function stats(terminal: Terminal, flags: Flags): void {
  const folder = folderOf(terminal, flags);
  const content = contentIn(folder);
  const found = {
    folder,
    steps: stepsIn(folder).length,
    files: content.length,
    bytes: content.reduce((sum, { size }) => sum + size, 0),
  };
  say(
    terminal,
    flags,
    found,
    () => `${folder}: ${found.steps} steps, ${found.files} files, ${sizeText(found.bytes)}\n`,
  );
}

function pruneCache(terminal: Terminal, flags: Flags): void {
  const age = flags.age === undefined ? undefined : parseDuration(flags.age);
  if (flags.age !== undefined && age === undefined)
    throw mistake("bad-flag", `--age ${flags.age} is no duration`, "write it like 168h");
  const limits = {
    ...(flags.size !== undefined && { size: sizeAsked(flags.size) }),
    ...(age !== undefined && { age }),
  };
  const pruned = prune(folderOf(terminal, flags), { ...limits, now: Date.now() });
  say(
    terminal,
    flags,
    pruned,
    () =>
      `dropped ${pruned.entries} entries and ${pruned.files} files, ${sizeText(pruned.bytes)}; left ${sizeText(pruned.size)}\n`,
  );
}

function verify(terminal: Terminal, flags: Flags): number {
  const found = verifyCache(folderOf(terminal, flags), flags.repair === true);
  say(terminal, flags, found, () =>
    [
      ...found.problems,
      `${found.entries} entries, ${found.files} files, ${found.problems.length} of them damaged`,
      "",
    ].join("\n"),
  );
  return found.problems.length > 0 && flags.repair !== true ? 1 : 0;
}
