// What may skip a whole Task before its first command runs (protocol/fused.md): its `when` is false,
// a result it needs was never produced because its producer was skipped, or its own earlier steps were skipped so.

import type { Arguments } from "../command/arguments.ts";
import { StepFault } from "../endings/fault.ts";
import type { Outcome } from "../endings/outcome.ts";
import type { Host } from "../host.ts";
import { statusOf } from "../peers/peers.ts";
import { beneath, type Flags, LIMITS, referencesIn } from "../protocol/index.ts";
import { lookedInto, lookedTexts } from "../references/looked.ts";
import type { Reader } from "../references/substitute.ts";
import { findFalse, parseWhen, textsOf } from "../references/when.ts";

type Skipped = Extract<Outcome, { readonly kind: "skipped" }>;

/** undefined where the Task goes on. Throws StepFault for references and expressions that cannot be read. */
export async function guardTask(
  host: Host,
  { flags, words }: Arguments,
  readTasks: Reader | undefined,
): Promise<Skipped | undefined> {
  if (flags.task_name === undefined) return undefined;
  const inherited = skippedWith(host, flags);
  if (inherited !== undefined) return inherited;
  const when = flags.task_when === undefined ? [] : parseWhen(flags.task_when, "task_when");
  const stepWhen =
    flags.when_expressions === undefined ? [] : parseWhen(flags.when_expressions, "when_expressions");
  if (readTasks !== undefined) {
    const own = lookedTexts(lookedInto(flags), words, host.environment);
    const texts = [...textsOf(when), ...textsOf(stepWhen), ...own];
    texts.push(...textsInFlags(host, flags));
    const missing = findMissing(texts, readTasks);
    if (missing !== undefined) return { kind: "skipped", reason: "InputsSkipped", message: missing };
  }
  const isFalse = await findFalse(host, when, readTasks ?? (() => undefined));
  return isFalse === undefined ? undefined : { kind: "skipped", reason: "TaskSkipped", message: isFalse };
}

/** A step after one that was skipped with the Task is skipped the same way. */
function skippedWith(host: Host, flags: Flags): Skipped | undefined {
  for (const post of [...(flags.wait_file ?? []), ...(flags.wait_settled ?? [])]) {
    const status = statusOf(host, post);
    if (status === undefined || status.task !== flags.task_name) continue;
    const { reason, message = "" } = status;
    if (reason === "TaskSkipped" || reason === "InputsSkipped") return { kind: "skipped", reason, message };
  }
  return undefined;
}

const textsInFlags = (host: Host, { script, artifacts = "", cache = "" }: Flags): readonly string[] =>
  script === undefined
    ? [artifacts, cache]
    : [artifacts, cache, host.read(beneath(script), LIMITS.script) ?? ""];

/** Only skipped inputs count here: what else is wrong with a reference is said where it is used. */
function findMissing(texts: readonly string[], read: Reader): string | undefined {
  for (const reference of texts.filter((text) => text.includes("$(")).flatMap(referencesIn)) {
    try {
      read(reference);
    } catch (error) {
      if (!(error instanceof StepFault)) throw error;
      if (error.reason === "InputsSkipped") return error.message;
    }
  }
  return undefined;
}
