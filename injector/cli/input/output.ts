// `-o` and `--output`, which mean the same in every verb: `-o FORMAT` is the form in which to say it, `-o FILE` where to
// write it, in the form that the file's ending tells; `--output FILE` is a file whatever it is called.

import { type Command, Option } from "commander";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { suggestion } from "../../diagnostics/nearest.ts";
import { defined } from "../../documents/defined.ts";

export interface OutputOptions {
  readonly o?: string;
  readonly output?: string;
}

export interface Output<Format extends string> {
  readonly format: Format;
  /** Absent: standard output. */
  readonly file?: string;
}

/** Endings of files, for formats that have another name. */
const ENDINGS: Readonly<Record<string, string>> = {
  yml: "yaml",
  mmd: "mermaid",
  gv: "dot",
  txt: "text",
  ndjson: "events",
};

/** `formats`: the first is the one where nothing is said. */
export const addOutput = (command: Command, formats: readonly string[]): Command =>
  command
    .addOption(
      new Option("-o <format|file>", `${formats.join(", ")}; or a file to write, in the form of its ending`),
    )
    .option("--output <file>", "a file to write, whatever it is called");

/** Throws UserError where `-o` is neither a format nor a file. */
export function outputOf<Format extends string>(
  { o, output }: OutputOptions,
  formats: readonly [Format, ...Format[]],
): Output<Format> {
  const said = formats.find((format) => format === o);
  if (said !== undefined) return { format: said, ...defined({ file: output }) };
  const file = output ?? o;
  if (o !== undefined && !/[./]/.test(o))
    throw mistake(
      "bad-flag",
      `-o ${o}: there is no such format, and a file has an ending`,
      suggestion(o, formats, "name a format"),
    );
  if (file === undefined) return { format: formats[0] };
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? "";
  const told = formats.find((format) => format === (ENDINGS[ending] ?? ending));
  return { format: told ?? formats[0], file };
}
