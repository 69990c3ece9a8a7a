// Files named on the command line, as texts: `-` is standard input, a folder stands for the YAML files in it, a module
// for the YAML of what it exports.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { givenText, readBeneath } from "../../beneath/read.ts";
import { type Diagnostic, UserError } from "../../diagnostics/diagnostic.ts";
import type { SourceText } from "../../documents/load.ts";
import type { Terminal } from "../terminal.ts";

/**
 * Reads `files` to be run and `folders` to look references up in. TypeScript and JavaScript modules are run, and stand
 * for the YAML of what they export. Throws UserError with all that cannot be read.
 */
export async function readSources(
  terminal: Terminal,
  files: readonly string[],
  folders: readonly string[],
): Promise<readonly SourceText[]> {
  const problems: Diagnostic[] = [];
  const read = files.map((file) => ({ file, texts: readOne(terminal, file, problems) }));
  const found = folders.flatMap((folder) => readOne(terminal, folder, problems));
  if (problems.length > 0) throw new UserError(problems);
  const texts = await Promise.all(
    read.map((one) => (MODULE.test(one.file) ? exported(one.file) : one.texts)),
  );
  const given = texts.flat();
  const named = new Set(given.map(({ path }) => path));
  const library = found.filter(({ path }) => !named.has(path)).map((one) => ({ ...one, library: true }));
  return [...given, ...library];
}

const MODULE = /\.[cm]?[jt]s$/;

/** Lines in messages are those of the YAML, which the name says. */
async function exported(file: string): Promise<readonly SourceText[]> {
  const { generateYaml } = await import("../../generate/yaml.ts");
  return [{ path: `${file} as YAML`, text: await generateYaml(file) }];
}

function readOne(terminal: Terminal, path: string, problems: Diagnostic[]): readonly SourceText[] {
  try {
    if (path === "-") return [{ path: "<stdin>", text: terminal.input() }];
    if (!statSync(path).isDirectory()) return [{ path, text: givenText(path) }];
    return yamlNamesIn(path).map((name) => ({ path: join(path, name), text: textIn(path, name) }));
  } catch (error) {
    problems.push(unreadable(path, error as NodeJS.ErrnoException));
    return [];
  }
}

/** Not those that are links, nor what only looks like a file. */
const yamlNamesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => entry.name)
    .sort();

/** Nobody has named it: whoever fills the folder may have made it anything since. */
function textIn(folder: string, name: string): string {
  const found = readBeneath(folder, name, LONGEST_IN_FOLDER);
  if (found.kind === "file") return found.bytes.toString("utf8");
  throw new Error(found.kind === "absent" ? `${name} has gone` : `${name} ${found.why}`);
}

const LONGEST_IN_FOLDER = 256 << 20;

const unreadable = (path: string, error: NodeJS.ErrnoException): Diagnostic => ({
  code: "file-unreadable",
  severity: "error",
  message: error.code === "ENOENT" ? `there is no file ${path}` : `cannot read ${path}: ${error.message}`,
  cure: error.code === "EACCES" ? `chmod +r ${path}` : "check the name",
});
