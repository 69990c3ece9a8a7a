// References inside scripts. The files are read-only and shared, so the step runs a private copy from its run directory.

import type { Host } from "./host.ts";
import { type Flags, referencesIn, SCRIPTS_DIR } from "./protocol/index.ts";
import { type Reader, substituteText } from "./substitute.ts";
import { invalid } from "./value.ts";

/**
 * The words with a script among them replaced by its copy, where it has references that are replaced: artifacts in
 * /tekton/scripts (Tekton's rule, with or without arguments), Task references in the one that `-script` names.
 */
export function withScript(
  host: Host,
  flags: Flags,
  words: readonly string[],
  readSteps: Reader,
  readTasks: Reader | undefined,
): readonly string[] {
  const script = flags.script ?? words.find((word) => word.startsWith(`${SCRIPTS_DIR}/`));
  if (script === undefined || !words.includes(script)) return words;
  const text = host.read(script);
  if (text === undefined || !text.includes("$(")) return words;
  const read: Reader = (reference) => {
    const [root, , kind] = reference.path;
    if (root === "steps" && (kind === "outputs" || kind === "inputs")) return readSteps(reference);
    return root === "tasks" && flags.script !== undefined ? readTasks?.(reference) : undefined;
  };
  if (referencesIn(text).every((reference) => read(reference) === undefined)) return words;
  const copy = `${flags.step_metadata_dir ?? temporaryDirectory(host, script)}/script`;
  host.publish(copy, substituteText(text, read), 0o500);
  return words.map((word) => (word === script ? copy : word));
}

// --- Internal helpers ---

function temporaryDirectory(host: Host, script: string): string {
  const entry = host.environment.find((one) => one.startsWith("TMPDIR="));
  const directory = entry?.slice("TMPDIR=".length) ?? "/tmp";
  if (host.stat(directory)?.type === "directory") return directory;
  throw invalid(script, `there is no directory ${directory} for its copy`);
}
