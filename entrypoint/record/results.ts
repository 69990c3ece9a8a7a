// The declared results and artifacts a command left in files. Task results are shared by all steps of a Task; each
// step reports only those that changed while it ran, so that nothing is carried out twice.

import type { Host } from "../host.ts";
import {
  ARTIFACTS_DIR,
  type Flags,
  RESULTS_DIR,
  ResultType,
  stepArtifactsDir,
  stepResultsDir,
} from "../protocol/index.ts";
import type { Candidate } from "./termination.ts";

/** What the shared files held before the command ran, by path; files that were not there are absent. */
export type Before = ReadonlyMap<string, string>;

export function rememberShared(host: Host, flags: Flags): Before {
  const before = new Map<string, string>();
  for (const { path, size } of present(host, sharedProducts(flags)))
    before.set(path, fingerprint(host, path, size));
  return before;
}

/** Everything this step has to report, in the order it was declared. Missing files are no results, as in Tekton. */
export function declaredResults(host: Host, flags: Flags, before: Before): readonly Candidate[] {
  if (flags.result_from === "sidecar-logs") return [];
  const shared = present(host, sharedProducts(flags)).filter(
    ({ path, size }) => !before.has(path) || before.get(path) !== fingerprint(host, path, size),
  );
  const own = [...shared, ...present(host, ownProducts(flags))];
  for (const { path } of own) makeReadable(host, path);
  return own;
}

const READABLE = 0o444;

/** For steps of another user: `mktemp`, or a strict umask, leaves a file that its owner alone can read. */
function makeReadable(host: Host, path: string): void {
  const mode = host.stat(path)?.mode ?? READABLE;
  if ((mode & READABLE) !== READABLE) host.copy(path, path, mode | READABLE);
}

const PROVENANCE = "provenance.json";

type Product = Pick<Candidate, "key" | "path" | "type">;

/** What the step may report, whoever of its Task wrote it. */
export function sharedProducts(flags: Flags): readonly Product[] {
  const directory = flags.results_dir ?? RESULTS_DIR;
  const path = `${flags.artifacts_dir ?? ARTIFACTS_DIR}/${PROVENANCE}`;
  return [
    ...(flags.results ?? []).map((key) => ({
      key,
      path: `${directory}/${key}`,
      type: ResultType.taskResult,
    })),
    { key: path, path, type: ResultType.taskArtifacts },
  ];
}

/** What the step may report, and no other can write. */
export function ownProducts(flags: Flags): readonly Product[] {
  const metadata = flags.step_metadata_dir;
  if (metadata === undefined) return [];
  const directory = stepResultsDir(metadata);
  const path = `${stepArtifactsDir(metadata)}/${PROVENANCE}`;
  return [
    ...(flags.step_results ?? []).map((key) => ({
      key,
      path: `${directory}/${key}`,
      type: ResultType.stepResult,
    })),
    { key: path, path, type: ResultType.stepArtifacts },
  ];
}

/** Only what is a file: a pipe would never end, a directory has no text. */
function present(host: Host, products: readonly Product[]): Candidate[] {
  return products.flatMap((product) => {
    const file = host.stat(product.path);
    return file?.type === "file" ? [{ ...product, size: file.size }] : [];
  });
}

const fingerprint = (host: Host, path: string, size: number): string => `${size} ${host.sha256(path)}`;
