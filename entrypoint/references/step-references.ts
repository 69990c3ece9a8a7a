// $(steps.<step>.results.<result>) and $(steps.<step>.outputs.<artifact>): what earlier steps of the Task left.

import type { Host } from "../host.ts";
import {
  type Beneath,
  beneath,
  type Flags,
  provenanceFile,
  type Reference,
  STEPS_DIR,
  stepResultsDir,
} from "../protocol/index.ts";
import { artifactIn } from "./artifact-references.ts";
import type { Reader } from "./substitute.ts";
import { infoAt, invalid, valueAt } from "./value.ts";

export function stepReader(host: Host, flags: Flags): Reader {
  const directory = flags.steps_dir ?? STEPS_DIR;
  return (reference) => {
    const [root, step, kind, ...names] = reference.path;
    if (root !== "steps" || step === undefined || names.length === 0) return undefined;
    if (kind !== "results" && kind !== "outputs" && kind !== "inputs") return undefined;
    const metadata = metadataOf(host, directory, step, reference);
    if (kind === "results") return resultIn(host, stepResultsDir(metadata), reference, names);
    return artifactIn(host, [beneath(provenanceFile(metadata), 3)], kind, reference, names);
  };
}

/**
 * The link of a step's name is the layout's own and followed once: what it leads to is a run directory, in which all but
 * the directory itself is the step's to shape.
 */
function metadataOf(host: Host, directory: string, step: string, reference: Reference): string {
  const named = `${directory}/step-${step}`;
  if (step.includes("/")) throw invalid(reference.raw, `there is no step "${step}"`);
  const target = host.readLink(named);
  if (target === undefined) return named;
  return target.startsWith("/") ? target : `${directory}/${target}`;
}

/**
 * Names may hold dots: the longest that is a file is the result's, and what is left over is the key. Of the directory
 * its last two names are a step's to shape.
 */
export function resultIn(
  host: Host,
  directory: string,
  reference: Reference,
  names: readonly string[],
): string | readonly string[] {
  for (let count = names.length; count > 0; count--) {
    const place = resultPlace(directory, names.slice(0, count));
    if (infoAt(host, place, reference)?.type !== "file") continue;
    const key = count < names.length ? names.slice(count).join(".") : undefined;
    return valueAt(host, place, reference, key);
  }
  throw invalid(reference.raw, `there is no result ${directory}/${names.join(".")}`);
}

export function resultPlace(directory: string, names: readonly string[]): Beneath {
  const { root, path } = beneath(directory, 2);
  return { root, path: `${path}/${names.join(".")}` };
}
