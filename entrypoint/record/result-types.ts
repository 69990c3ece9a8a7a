// Declared types of results are kept: a list is a JSON array of texts, a map a JSON object of texts with all its keys. What
// is a text may be anything.

import { StepFault } from "../endings/fault.ts";
import type { Host } from "../host.ts";
import { type Flags, inDirectory, RESULTS_DIR, type ResultTypes, stepResultsDir } from "../protocol/index.ts";
import { parseJson, parseObject } from "../text/json.ts";

/** What is wrong with the results that there are by now; undefined where nothing is. */
export function wrongResult(host: Host, flags: Flags): string | undefined {
  const { result_types: ofTask, step_result_types: ofStep, step_metadata_dir: metadata } = flags;
  return (
    wrongIn(host, flags.results_dir ?? RESULTS_DIR, ofTask) ??
    (metadata === undefined ? undefined : wrongIn(host, stepResultsDir(metadata), ofStep))
  );
}

/** Larger than any that a command could be given. */
const LONGEST = 16 * 1024 * 1024;

function wrongIn(host: Host, directory: string, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const types: ResultTypes | undefined = parseObject(given) as ResultTypes | undefined;
  if (types === undefined) throw new StepFault("InvalidFlags", "-result_types is not a JSON object");
  for (const [name, declared] of Object.entries(types)) {
    const place = inDirectory(directory, name);
    const file = host.stat(place);
    if (file?.type !== "file") continue;
    const problem =
      file.size > LONGEST
        ? `it has ${file.size} bytes`
        : wrongWith(host.read(place, LONGEST) ?? "", declared);
    if (problem !== undefined) return `result "${name}" is no ${SAID[declared.type]}: ${problem}`;
  }
  return undefined;
}

const SAID = { array: "list of texts", object: "map of texts" } as const;

function wrongWith(text: string, { type, keys = [] }: ResultTypes[string]): string | undefined {
  const value = parseJson(text);
  if (value === undefined) return `it is not JSON (${excerpt(text)})`;
  const isList = Array.isArray(value);
  if (typeof value !== "object" || value === null || isList !== (type === "array"))
    return `it is ${excerpt(text)}`;
  const other = Object.entries(value).find(([, item]) => typeof item !== "string");
  if (other !== undefined) return `${isList ? "item" : "key"} ${other[0]} is no text`;
  const missing = keys.find((key) => !Object.hasOwn(value, key));
  return missing === undefined ? undefined : `it has no key "${missing}"`;
}

const excerpt = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
