// baton validate FILE…: everything that is wrong, all at once. Exit code 2 where there is an error, else 0.

import type { Command } from "commander";
import { addPath, FILES } from "../input/input.ts";
import { addLock, type LockOptions } from "../input/lock-options.ts";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";

interface ValidateFlags extends LockOptions, OutputOptions {
  readonly path: readonly string[];
}

const MISTAKE = 2;
const FORMATS = ["text", "json"] as const;

export const define = (command: Command, exit: (code: number) => void): void => {
  addOutput(addLock(addPath(command.argument("<file...>", FILES))), FORMATS)
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (files: readonly string[], flags: ValidateFlags) =>
      exit(await validateFiles(files, flags)),
    );
};

/** Text goes to standard error, as compilers do; JSON to standard output. */
async function validateFiles(files: readonly string[], flags: ValidateFlags): Promise<number> {
  const { format, file } = outputOf(flags, FORMATS);
  const { readSources } = await import("../input/files.ts");
  const { references } = await import("../input/references.ts");
  const { loadAll } = await import("../../references/load-all.ts");
  const { check } = await import("../../check/check.ts");
  const loaded = await loadAll(await readSources(files, flags.path), references(flags));
  const diagnostics = [...loaded.diagnostics, ...check(loaded, { open: true })];
  if (format === "json") writeText(`${JSON.stringify(diagnostics, undefined, 2)}\n`, file);
  else if (diagnostics.length > 0) {
    const { diagnosticsText } = await import("../../diagnostics/text.ts");
    const { wantsColour } = await import("../screen/colour.ts");
    const text = diagnosticsText(diagnostics, { colour: file === undefined && wantsColour(process.stderr) });
    if (file === undefined) process.stderr.write(text);
    else writeText(text, file);
  }
  return diagnostics.some(({ severity }) => severity === "error") ? MISTAKE : 0;
}
