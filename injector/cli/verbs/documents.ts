// The documents of YAML files as they are written, once they are known to be without mistakes.

import { UserError } from "../../diagnostics/diagnostic.ts";
import { readYaml } from "../../documents/load/yaml.ts";
import { load } from "../../documents/load.ts";
import { presentData } from "../../documents/present.ts";
import { readSources } from "../input/files.ts";
import type { Terminal } from "../terminal.ts";

/** Plain data, nothing added or converted, without what is empty. Throws UserError with all that is wrong in the files. */
export async function documentsOf(terminal: Terminal, files: readonly string[]): Promise<readonly object[]> {
  const sources = await readSources(terminal, files, []);
  const errors = load(sources).diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new UserError(errors);
  return sources
    .flatMap(({ path, text }) => readYaml(path, text).documents)
    .map(({ data }) => presentData(data))
    .filter((data): data is object => typeof data === "object" && data !== null);
}
