// What a command without a file takes: what lies in the folder where it was typed, under a name that people give it.

import { existsSync } from "node:fs";
import { mistake } from "../../diagnostics/diagnostic.ts";
import type { Terminal } from "../terminal.ts";

/** The first that is there counts; of those with several spellings, too. */
const PLACES = [
  ...["baton.yaml", "baton.yml", ".tekton"],
  ...["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"],
];

/** The files that were given; where none were, what is found here, and it is said. Throws UserError where there is nothing. */
export function filesOrFound(terminal: Terminal, files: readonly string[]): readonly string[] {
  if (files.length > 0) return files;
  const found = PLACES.find((place) => existsSync(place));
  if (found === undefined)
    throw mistake(
      "nothing-to-run",
      "no file was given, and there is no baton.yaml, .tekton/ or compose.yaml here",
      `name one: baton ${terminal.words[0] ?? "run"} FILE`,
    );
  const others = PLACES.filter((place) => place !== found && existsSync(place));
  const but = others.length === 0 ? "" : `, and not ${others.join(", ")}`;
  terminal.err.write(`note: no file was given: this is ${found}${but}\n`);
  return [found];
}
