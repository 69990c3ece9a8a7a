// References inside scripts. The files are read-only and shared, so the step runs a private copy from its run directory.

import type { Host } from "../host.ts";
import {
  beneath,
  DOLLAR,
  type Flags,
  inDirectory,
  inStep,
  LIMITS,
  ownScriptsDir,
  pathOf,
  type Reference,
  referencesIn,
  SCRIPTS_DIR,
} from "../protocol/index.ts";
import { type Reader, substituteText } from "../references/substitute.ts";
import { invalid } from "../references/value.ts";

/** A script among the words that has something in it that looks like a reference. */
export interface Script {
  readonly path: string;
  readonly text: string;
}

/** Of the words: what `-script` names, or one in /tekton/scripts or among the step's own. Read before the turn comes, as it is there by then. */
export function findScript(host: Host, flags: Flags, words: readonly string[]): Script | undefined {
  const { step_metadata_dir: metadata } = flags;
  const places = [SCRIPTS_DIR, ...(metadata === undefined ? [] : [ownScriptsDir(metadata)])];
  const path = flags.script ?? words.find((word) => places.some((place) => word.startsWith(`${place}/`)));
  if (path === undefined || !words.includes(path)) return undefined;
  const text = host.read(beneath(path), LIMITS.script);
  return text?.includes("$(") ? { path, text } : undefined;
}

/**
 * The words with the script replaced by its copy, where it has references that are replaced: artifacts (Tekton's rule,
 * with or without arguments), those to Tasks and to the attempt in the one that `-script` names.
 */
export function withScript(
  host: Host,
  flags: Flags,
  words: readonly string[],
  { path, text }: Script,
  all: Reader,
): readonly string[] {
  const read: Reader = (reference) => {
    const [root = "", , kind] = reference.path;
    const isArtifact = root === "steps" && (kind === "outputs" || kind === "inputs");
    const isNamed = flags.script !== undefined && (root === "tasks" || root === "context");
    return isArtifact || isNamed ? all(reference) : undefined;
  };
  const isReplaced = (reference: Reference) => reference.raw === DOLLAR || read(reference) !== undefined;
  if (!referencesIn(text).some(isReplaced)) return words;
  const { step_metadata_dir: metadata } = flags;
  const place =
    metadata === undefined
      ? inDirectory(temporaryDirectory(host, path), "script")
      : inStep(metadata, "script");
  host.publish(place, substituteText(text, read), 0o500);
  const copy = pathOf(place);
  return words.map((word) => (word === path ? copy : word));
}

function temporaryDirectory(host: Host, script: string): string {
  const entry = host.environment.find((one) => one.startsWith("TMPDIR="));
  const directory = entry?.slice("TMPDIR=".length) ?? "/tmp";
  if (host.stat(directory)?.type === "directory") return directory;
  throw invalid(script, `there is no directory ${directory} for its copy`);
}
