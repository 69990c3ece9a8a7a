// Variables that a user hands to the steps of a local run: --env NAME[=VALUE], --env-file FILE.

import { parseEnv } from "node:util";
import { givenText } from "../../beneath/read.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import type { Terminal } from "../terminal.ts";

export interface EnvironmentFlags {
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
}

/** The later wins, and --env wins over files. Throws UserError. */
export function environmentOf(
  { environment }: Pick<Terminal, "environment">,
  { env = [], envFile = [] }: EnvironmentFlags,
): Readonly<Record<string, string>> {
  const variables = new Map<string, string>();
  for (const file of envFile) for (const [name, value] of readFile(file)) variables.set(name, value);
  for (const flag of env) {
    const [name = "", ...rest] = flag.split("=");
    const value = flag.includes("=") ? rest.join("=") : environment[name];
    if (!NAME.test(name))
      throw mistake(
        "bad-flag",
        `--env ${flag}: "${name}" is no name of a variable`,
        "write --env NAME=VALUE",
      );
    if (value === undefined)
      throw mistake(
        "bad-flag",
        `--env ${name}: it is not set here`,
        `export it, or write --env ${name}=VALUE`,
      );
    variables.set(name, value);
  }
  return Object.fromEntries(variables);
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** As Node reads such files: NAME=VALUE lines, quotes, comments. */
function readFile(file: string): readonly (readonly [string, string])[] {
  try {
    return Object.entries(parseEnv(givenText(file))).map(([name, value]) => [name, value ?? ""]);
  } catch (error) {
    throw mistake("file-unreadable", `cannot read ${file}: ${(error as Error).message}`, "check the name");
  }
}
