// $(steps.<step>.results.<result>) and $(steps.<step>.outputs.<artifact>): what earlier steps of the Task left.

import type { Host } from "../host.ts";
import { type Flags, provenanceFile, type Reference, STEPS_DIR, stepResultsDir } from "../protocol/index.ts";
import { artifactIn } from "./artifact-references.ts";
import type { Reader } from "./substitute.ts";
import { invalid, valueAt } from "./value.ts";

export function stepReader(host: Host, flags: Flags): Reader {
  const directory = flags.steps_dir ?? STEPS_DIR;
  return (reference) => {
    const [root, step, kind, ...names] = reference.path;
    if (root !== "steps" || step === undefined || names.length === 0) return undefined;
    const metadata = `${directory}/step-${step}`;
    if (kind === "results") return resultIn(host, stepResultsDir(metadata), reference, names);
    if (kind === "outputs" || kind === "inputs")
      return artifactIn(host, [provenanceFile(metadata)], kind, reference, names);
    return undefined;
  };
}

/** Names may hold dots: the longest that is a file is the result's, and what is left over is the key. */
export function resultIn(
  host: Host,
  directory: string,
  reference: Reference,
  names: readonly string[],
): string | readonly string[] {
  for (let count = names.length; count > 0; count--) {
    const path = `${directory}/${names.slice(0, count).join(".")}`;
    if (host.stat(path)?.type !== "file") continue;
    const key = count < names.length ? names.slice(count).join(".") : undefined;
    return valueAt(host, path, reference, key);
  }
  throw invalid(reference.raw, `there is no result ${directory}/${names.join(".")}`);
}
