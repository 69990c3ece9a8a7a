// baton validate FILE…: everything that is wrong, all at once. Exit code 2 where there is an error, else 0.

import type { Command } from "commander";
import { addInput, type InputOptions } from "../input/input.ts";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { writeFile, writeText } from "../process/write.ts";
import type { Terminal } from "../terminal.ts";
import type { Call } from "../verb.ts";

type ValidateFlags = InputOptions & OutputOptions;

const MISTAKE = 2;
const FORMATS = ["text", "json"] as const;

export const define = (command: Command, { terminal, exit }: Call): void => {
  addOutput(addInput(command), FORMATS)
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (files: readonly string[], flags: ValidateFlags) =>
      exit(await validateFiles(terminal, files, flags)),
    );
};

/** Text goes to standard error, as compilers do; JSON to standard output. */
async function validateFiles(
  terminal: Terminal,
  files: readonly string[],
  flags: ValidateFlags,
): Promise<number> {
  const { format, file } = outputOf(flags, FORMATS);
  const { readSources } = await import("../input/files.ts");
  const { filesOrFound } = await import("../input/found.ts");
  const { references } = await import("../input/references.ts");
  const { requestOf } = await import("../input/resolve-input.ts");
  const { validateAll } = await import("../../run/validate-all.ts");
  const texts = await readSources(terminal, filesOrFound(terminal, files), flags.path);
  const { diagnostics, seen } = await validateAll(texts, requestOf(flags), references(terminal, flags));
  if (format === "json") writeText(terminal, `${JSON.stringify(diagnostics, undefined, 2)}\n`, file);
  else {
    const { diagnosticsText } = await import("../../diagnostics/text.ts");
    const { wantsColour } = await import("../screen/colour.ts");
    const said = diagnosticsText(diagnostics, {
      colour: file === undefined && wantsColour(terminal, terminal.err),
    });
    const text = diagnostics.length === 0 ? `nothing is wrong with ${seen}\n` : said;
    if (file === undefined) terminal.err.write(text);
    else writeFile(text, file);
  }
  return diagnostics.some(({ severity }) => severity === "error") ? MISTAKE : 0;
}
