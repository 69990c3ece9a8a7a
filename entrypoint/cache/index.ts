// The cache as the story of a step sees it: loaded by those alone that are told of one.

import { hashing } from "../artifacts/declared.ts";
import type { Known as KnownArtifacts } from "../artifacts/record.ts";
import { StepFault } from "../endings/fault.ts";
import type { Outcome } from "../endings/outcome.ts";
import { type Cancel, type Command, type Host, HostError, Interrupted } from "../host.ts";
import type { ArtifactStatus, CacheStatus, DeclaredArtifacts, StepArtifacts } from "../protocol/index.ts";
import type { Step } from "../record/context.ts";
import type { Before } from "../record/results.ts";
import { type Reader, substituteText } from "../references/substitute.ts";
import { readEntry, touchEntry, Unusable } from "./entries.ts";
import { forgetLog, keep } from "./keep.ts";
import { type Known, keyOf, type Reports } from "./key.ts";
import { parseRequest } from "./request.ts";
import { logPlace, restore } from "./restore.ts";

export interface Consulted {
  readonly status: CacheStatus;
  /** What was restored, where that is so: the command is not to run. */
  readonly restored?: KnownArtifacts;
  /** The command as it is to run: what it says is copied. */
  readonly command: Command;
  /** Keeps what a success has left; says so where that cannot be. */
  keep(artifacts: StepArtifacts, before: Before, cancel: Cancel): Promise<void>;
}

export interface Turn {
  readonly command: Command;
  readonly declared: DeclaredArtifacts;
  readonly inputs: readonly ArtifactStatus[];
  readonly read: Reader;
  readonly reports: Reports;
}

/** An outcome where the step has to end meanwhile. Throws StepFault where `-cache` is not what it should be. */
export async function consult(
  step: Step,
  { command, declared, inputs, read, reports }: Turn,
): Promise<{ readonly value: Consulted } | { readonly outcome: Outcome }> {
  const { host, flags } = step;
  const asked = parseRequest(flags.cache ?? "");
  const key = (asked.key ?? []).map((text) => substituteText(text, read));
  const request = asked.key === undefined ? asked : { ...asked, key };
  const known: Known = { host, flags, request, command, declared, inputs, reports };
  return hashing(
    step,
    (fault) => ({ kind: "setupFailed", ...fault }),
    (cancel) => look(known, cancel),
  );
}

async function look(known: Known, cancel: Cancel): Promise<Consulted> {
  const { host, command } = known;
  const nothing = async () => undefined;
  const found = await attempted(host, "not used", () => keyOf(known, cancel));
  if (found === undefined || "why" in found) {
    if (found !== undefined) host.log(`cache: not used: ${found.why}`);
    return { status: { hit: false }, command, keep: nothing };
  }
  const { key } = found;
  const hit = await attempted(host, "not taken", async () => (await take(known, key, cancel)) ?? "none");
  if (hit !== undefined && hit !== "none")
    return { status: { key, hit: true, from: hit.from }, restored: hit.restored, command, keep: nothing };
  const status = { key, hit: false };
  return {
    status,
    command: copied(known),
    keep: (...words) => keepIt(hit === undefined ? { ...known, way: "renew" } : known, key, ...words),
  };
}

async function take(known: Known, key: string, cancel: Cancel) {
  const { host, request } = known;
  const entry = readEntry(host, request, key);
  if (entry === undefined) return undefined;
  const restored = await restore(known, entry, cancel);
  const { stdout = "", stderr = "", run, at } = entry;
  if (stdout !== "") host.print(stdout);
  if (stderr !== "") host.log(stderr.replace(/\n$/, ""));
  touchEntry(host, request.dir, key);
  host.log(`cache: taken from run ${run} of ${at}, not run again`);
  return { restored, from: run };
}

/** The step has succeeded, and will say so, whether it is kept or not. */
async function keepIt(
  known: Known,
  key: string,
  artifacts: StepArtifacts,
  before: Before,
  cancel: Cancel,
): Promise<void> {
  const { host, flags } = known;
  try {
    await attempted(host, "not kept", () => keep(known, key, artifacts, before, cancel));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    forgetLog(host, flags.step_metadata_dir ?? "");
  }
}

/** The cache is a help: what is wrong with it is said in a line, and the step goes on without. */
async function attempted<Value>(
  host: Host,
  what: string,
  work: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Unusable || error instanceof HostError || error instanceof StepFault)) throw error;
    host.log(`cache: ${what}: ${error.message.replaceAll("\n", " ")}`);
    return undefined;
  }
}

/** What it says belongs to what it leaves. */
function copied({ host, flags, command }: Known): Command {
  const { step_metadata_dir: metadata = "" } = flags;
  forgetLog(host, metadata);
  return { stdoutPath: logPlace(metadata, "stdout"), stderrPath: logPlace(metadata, "stderr"), ...command };
}
