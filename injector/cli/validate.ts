// baton validate FILE…: everything that is wrong, all at once. Exit code 2 where there is an error, else 0.

import { type Command, Option } from "commander";

interface ValidateFlags {
  readonly path: readonly string[];
  readonly output: "text" | "json";
}

const MISTAKE = 2;

export const define = (command: Command, exit: (code: number) => void): void => {
  command
    .argument("<file...>", "YAML files with Tasks, Pipelines or runs of them; - is standard input")
    .option("--path <dir>", "folder to look referenced Tasks and Pipelines up in", collect, [])
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

// --- Internal helpers ---

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Text goes to standard error, as compilers do; JSON to standard output. */
async function validateFiles(files: readonly string[], { path, output }: ValidateFlags): Promise<number> {
  const { readSources } = await import("./files.ts");
  const { validate } = await import("../validate.ts");
  const diagnostics = validate(readSources(files, path));
  if (output === "json") process.stdout.write(`${JSON.stringify(diagnostics, undefined, 2)}\n`);
  else if (diagnostics.length > 0) {
    const { diagnosticsText } = await import("../diagnostic-text.ts");
    const { wantsColour } = await import("./colour.ts");
    process.stderr.write(diagnosticsText(diagnostics, { colour: wantsColour(process.stderr) }));
  }
  return diagnostics.some(({ severity }) => severity === "error") ? MISTAKE : 0;
}
