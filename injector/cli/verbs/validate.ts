// baton validate FILE…: everything that is wrong, all at once. Exit code 2 where there is an error, else 0.

import { type Command, Option } from "commander";
import { addPath, FILES } from "../input/input.ts";
import { addLock, type LockOptions } from "../input/lock-options.ts";

interface ValidateFlags extends LockOptions {
  readonly path: readonly string[];
  readonly output: "text" | "json";
}

const MISTAKE = 2;

export const define = (command: Command, exit: (code: number) => void): void => {
  addLock(addPath(command.argument("<file...>", FILES)))
    .addOption(
      new Option("-o, --output <format>", "json: a list of diagnostics")
        .choices(["text", "json"])
        .default("text"),
    )
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (files: readonly string[], flags: ValidateFlags) =>
      exit(await validateFiles(files, flags)),
    );
};

/** Text goes to standard error, as compilers do; JSON to standard output. */
async function validateFiles(files: readonly string[], flags: ValidateFlags): Promise<number> {
  const { output } = flags;
  const { readInput } = await import("../input/resolve-input.ts");
  const { check } = await import("../../check/check.ts");
  const loaded = await readInput(files, flags);
  const diagnostics = [...loaded.diagnostics, ...check(loaded)];
  if (output === "json") process.stdout.write(`${JSON.stringify(diagnostics, undefined, 2)}\n`);
  else if (diagnostics.length > 0) {
    const { diagnosticsText } = await import("../../diagnostics/text.ts");
    const { wantsColour } = await import("../screen/colour.ts");
    process.stderr.write(diagnosticsText(diagnostics, { colour: wantsColour(process.stderr) }));
  }
  return diagnostics.some(({ severity }) => severity === "error") ? MISTAKE : 0;
}
