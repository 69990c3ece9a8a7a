// Declared artifacts as the story of a step sees them. What hashes is loaded when a step has some: others do not pay
// for it (protocol/README.md, "Artifacts").

import { CancelToken } from "../endings/cancel.ts";
import { limit } from "../endings/control.ts";
import { StepFault } from "../endings/fault.ts";
import type { Outcome } from "../endings/outcome.ts";
import { Interrupted } from "../host.ts";
import { timeLeft } from "../peers/task-time.ts";
import type {
  ArtifactStatus,
  DeclaredArtifacts,
  DeclaredInput,
  Flags,
  StepArtifacts,
} from "../protocol/index.ts";
import type { Step } from "../record/context.ts";
import { type Reader, substituteText } from "../references/substitute.ts";
import { isRecord, isRecordOf, isText, parseObject } from "../text/json.ts";
import type { Known } from "./record.ts";

/** Throws StepFault where `-artifacts` is not what it should be. */
export function parseArtifacts({
  artifacts: text,
  step_metadata_dir: metadata,
}: Flags): DeclaredArtifacts | undefined {
  if (text === undefined) return undefined;
  const declared = parseObject(text);
  if (
    declared === undefined ||
    !isListOf(declared["inputs"], isInput) ||
    !isListOf(declared["outputs"], isOutput)
  )
    throw new StepFault(
      "InvalidFlags",
      "-artifacts: want a JSON object of inputs [{name, path, …}] and outputs [{name, …}], each word of them text",
    );
  if (metadata === undefined) throw new StepFault("InvalidFlags", "-artifacts needs -step_metadata_dir");
  return declared;
}

type Hashed<Value> = { readonly value: Value } | { readonly outcome: Outcome };

/** What the inputs are; an outcome where the command must not run. A result may say what they have to be. */
export function verifyInputs(
  step: Step,
  declared: DeclaredArtifacts | undefined,
  read: Reader,
): Promise<Hashed<readonly ArtifactStatus[]>> {
  const inputs = (declared?.inputs ?? []).map((input) => pinned(input, read));
  if (inputs.length === 0) return Promise.resolve({ value: [] });
  return hashing(step, asSetupFailed, async (cancel) => {
    const { verify } = await import("./index.ts");
    return verify(step, inputs, cancel);
  });
}

/** What a command that has succeeded leaves, `inputs` included; an outcome where it does not. */
export function recordOutputs(
  step: Step,
  declared: DeclaredArtifacts,
  inputs: readonly ArtifactStatus[],
  known?: Known,
): Promise<Hashed<StepArtifacts>> {
  return hashing(step, asUnreportable, async (cancel) => {
    const { record } = await import("./index.ts");
    return record(step, declared, inputs, cancel, known);
  });
}

const isListOf = (list: unknown, is: (one: Readonly<Record<string, unknown>>) => boolean): boolean =>
  list === undefined || (Array.isArray(list) && list.every((one) => isRecord(one) && is(one)));

/** Names become names of files. */
const isNamed = ({ name }: Readonly<Record<string, unknown>>): boolean =>
  isText(name) && /^[^./\0][^/\0]{0,199}$/.test(name);

const isPath = (path: unknown): boolean => isText(path) && path !== "" && !path.includes("\0");

const isInput = (one: Readonly<Record<string, unknown>>): boolean =>
  isNamed(one) &&
  isPath(one["path"]) &&
  isPath(one["from"] ?? "-") &&
  isText(one["output"] ?? "") &&
  (one["digest"] === undefined || isRecordOf(one["digest"], isText));

const isOutput = (one: Readonly<Record<string, unknown>>): boolean =>
  isNamed(one) &&
  (one["path"] === undefined || isPath(one["path"])) &&
  ["undefined", "boolean"].includes(typeof one["buildOutput"]);

const pinned = (input: DeclaredInput, read: Reader): DeclaredInput =>
  input.digest === undefined
    ? input
    : {
        ...input,
        digest: Object.fromEntries(
          Object.entries(input.digest).map(([algorithm, hex]) => [algorithm, substituteText(hex, read)]),
        ),
      };

type Fault = Pick<StepFault, "reason" | "message">;
const asSetupFailed = (fault: Fault): Outcome => ({ kind: "setupFailed", ...fault });
const asUnreportable = (fault: Fault): Outcome => ({ kind: "unreportable", ...fault });

/** Much data takes its time: what ends the step or its Task ends this, too. */
export async function hashing<Value>(
  { host, flags, control }: Step,
  ending: (fault: Fault) => Outcome,
  work: (cancel: CancelToken<unknown>) => Promise<Value>,
): Promise<Hashed<Value>> {
  const stop = new CancelToken<NonNullable<typeof control.stop.why>>();
  const over = new CancelToken<true>();
  const forget = control.stop.onFire(() => control.stop.why && stop.fire(control.stop.why));
  const task = timeLeft(host, flags);
  if (task !== undefined) limit(host, task.left, "Task", over, stop, task.total);
  try {
    return { value: await work(stop) };
  } catch (error) {
    if (error instanceof Interrupted && stop.why !== undefined)
      return { outcome: { kind: "interrupted", why: stop.why } };
    if (!(error instanceof StepFault)) throw error;
    const { reason, message } = error;
    return { outcome: ending({ reason, message }) };
  } finally {
    over.fire(true);
    forget();
  }
}
