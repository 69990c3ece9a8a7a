// A compose file among the words of the command line: it is a run by itself, so that it stands alone.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { isCompose } from "../../documents/compose.ts";
import { readYaml } from "../../documents/load/yaml.ts";
import type { SourceText } from "../../documents/load.ts";
import type { Terminal } from "../terminal.ts";

/** The names that compose looks for, in its order. */
const COMPOSE_FILES: readonly string[] = [
  "compose.yaml",
  "compose.yml",
  "docker-compose.yaml",
  "docker-compose.yml",
];

/** Undefined where none of the files is one. Throws UserError where one has others beside it. */
export function composeInput(files: readonly string[]): SourceText | undefined {
  const found = files.flatMap((file) => composeIn(file) ?? []);
  const [first] = found;
  if (first === undefined) return undefined;
  if (files.length > 1)
    throw mistake("two-things-to-run", `${first.path} is a compose file, a run by itself`, "run it alone");
  return first;
}

/** Profiles that the environment makes active. */
export const profilesIn = ({ environment }: Terminal): readonly string[] =>
  (environment["COMPOSE_PROFILES"] ?? "").split(",").filter((name) => name !== "");

function composeIn(path: string): SourceText | undefined {
  const file = fileIn(path);
  if (file === undefined || !/\.ya?ml$/.test(file)) return undefined;
  const text = readFileSync(file, "utf8");
  const is = readYaml(file, text).documents.some(({ data }) => isCompose(data));
  return is ? { path: file, text } : undefined;
}

function fileIn(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isDirectory()) return path;
  return COMPOSE_FILES.map((name) => join(path, name)).find((file) => existsSync(file));
}
