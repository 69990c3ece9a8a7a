// The declared results and artifacts a command left in files. Task results are shared by all steps of a Task; each
// step reports only those that changed while it ran, so that nothing is carried out twice.

import { type Host, HostError, type Path } from "../host.ts";
import {
  ARTIFACTS_DIR,
  type Beneath,
  FAULTS,
  type Flags,
  faultWords,
  inDirectory,
  inStep,
  LIMITS,
  pathOf,
  RESULTS_DIR,
  ResultType,
  STEPS_DIR,
} from "../protocol/index.ts";
import type { Candidate } from "./termination.ts";

/** What the shared files held before the command ran, by path; files that were not there are absent. */
export type Before = ReadonlyMap<string, string>;

export function rememberShared(host: Host, flags: Flags): Before {
  const before = new Map<string, string>();
  for (const { place } of present(host, sharedProducts(flags)))
    before.set(pathOf(place), fingerprint(host, place));
  return before;
}

/**
 * Everything this step has to report, in the order it was declared. Missing files are no results, as in Tekton. Throws
 * HostError for what is there and no file.
 */
export function declaredResults(host: Host, flags: Flags, before: Before): readonly Candidate[] {
  if (flags.result_from === "sidecar-logs") return [];
  let hidden: ReadonlySet<string> | undefined;
  const shared = present(host, sharedProducts(flags)).filter(({ key, place }) => {
    if (before.get(pathOf(place)) !== fingerprint(host, place)) return true;
    hidden ??= hiddenResults(host, flags);
    return hidden.has(key);
  });
  const own = [...shared, ...present(host, ownProducts(flags))].map((one) => sized(host, one));
  for (const { place, mode } of own) makeReadable(host, place, mode);
  return own;
}

const READABLE = 0o444;

/** For steps of another user: `mktemp`, or a strict umask, leaves a file that its owner alone can read. */
function makeReadable(host: Host, place: Beneath, mode: number): void {
  if ((mode & READABLE) !== READABLE) host.copy(place, place, mode | READABLE);
}

const PROVENANCE = "provenance.json";

interface Product {
  readonly key: string;
  readonly type: ResultType;
  readonly place: Beneath;
}

/** What the step may report, whoever of its Task wrote it. */
export function sharedProducts(flags: Flags): readonly Product[] {
  const directory = flags.results_dir ?? RESULTS_DIR;
  const type = ResultType.taskResult;
  const results = (flags.results ?? []).map((key) => ({ key, type, place: inDirectory(directory, key) }));
  const place = inDirectory(flags.artifacts_dir ?? ARTIFACTS_DIR, PROVENANCE);
  return [...results, { key: pathOf(place), type: ResultType.taskArtifacts, place }];
}

/** What the step may report, and no other can write. */
export function ownProducts(flags: Flags): readonly Product[] {
  const metadata = flags.step_metadata_dir;
  if (metadata === undefined) return [];
  const type = ResultType.stepResult;
  const results = (flags.step_results ?? []).map((key) => ({
    key,
    type,
    place: inStep(metadata, `results/${key}`),
  }));
  const place = inStep(metadata, `artifacts/${PROVENANCE}`);
  return [...results, { key: pathOf(place), type: ResultType.stepArtifacts, place }];
}

/** Whatever is there, a link that leads nowhere included. */
const present = (host: Host, all: readonly Product[]): readonly Product[] =>
  all.filter(({ place }) => entryOf(host, place) !== undefined);

/** A link on the way is something, too. */
function entryOf(host: Host, place: Beneath): string | undefined {
  try {
    return host.entry(place);
  } catch (error) {
    if (error instanceof HostError) return error.code;
    throw error;
  }
}

function sized(host: Host, { key, type, place }: Product): Candidate & { readonly mode: number } {
  const found = host.stat(place);
  const path = pathOf(place);
  if (found?.type === "file") return { key, type, place, size: found.size, mode: found.mode };
  if (found?.type === "directory") throw new HostError(FAULTS.directory, `${path}: is a directory`, path);
  throw new HostError(FAULTS.notAFile, faultWords.notAFile(path), path);
}

/** What cannot be read is like itself: a step answers for what it has changed alone. */
function fingerprint(host: Host, place: Beneath): string {
  try {
    return `${host.stat(place)?.size} ${host.sha256(place, LIMITS.fingerprint)}`;
  } catch (error) {
    if (error instanceof HostError) return error.code;
    throw error;
  }
}

/**
 * A message has one entry a name: where an earlier step has a result of its own by the name of one of the Task, the Task's
 * was not seen (Tekton's controller takes the last of equal keys), so a later step repeats it.
 */
function hiddenResults(host: Host, flags: Flags): ReadonlySet<string> {
  const { steps_dir: directory = STEPS_DIR, step_metadata_dir: own } = flags;
  const steps = namesIn(host, directory).filter((name) => !/^\d+$/.test(name));
  const others = steps.map((name) => host.readLink(`${directory}/${name}`)).filter((one) => one !== own);
  return new Set(others.flatMap((one) => (one === undefined ? [] : namesIn(host, inStep(one, "results")))));
}

function namesIn(host: Host, place: Path): readonly string[] {
  try {
    return host.list(place) ?? [];
  } catch (error) {
    if (error instanceof HostError) return [];
    throw error;
  }
}
