// Whether what a Task used and left is still what it was: by the digests of its artifacts, in folders of the user's.

import { join } from "node:path";
import type { DigestSet } from "../../entrypoint/protocol/index.ts";
import { digestBeneath } from "../beneath/digest.ts";
import type { RunRecord } from "../record/record.ts";
import type { ResolvedRun, ResolvedStep, ResolvedTask } from "../resolve/resolved.ts";
import { dataOf } from "./graph.ts";

/** A sentence; undefined where all of it is what it was. */
export function whyOther(run: ResolvedRun, task: ResolvedTask, record: RunRecord): string | undefined {
  const places = placesOf(run, task);
  const known = artifactsOf(task, record);
  for (const { name, readOnly } of places) {
    const own = known.filter(({ path }) => workspaceIn(path) === name);
    const side = readOnly ? "was given" : "left";
    if (!own.some((one) => readOnly || one.side === "left"))
      return `what it ${side} in ${name} is not declared as an artifact`;
  }
  const changed = known.find((one) => !isThere(one, places));
  return changed === undefined ? undefined : `${changed.name}, which it ${changed.side}, is not what it was`;
}

interface Place {
  /** Of the Task's workspace. */
  readonly name: string;
  readonly readOnly: boolean;
  readonly folder: string;
}

function placesOf(run: ResolvedRun, task: ResolvedTask): readonly Place[] {
  return task.workspaces.flatMap(({ name, workspace, subPath = "" }) => {
    if (dataOf(run, workspace) !== "lasting") return [];
    const { folder = "", subPath: above = "" } = run.workspaces[workspace] ?? {};
    const readOnly = task.spec.workspaces?.find((one) => one.name === name)?.readOnly === true;
    return [{ name, readOnly, folder: join(folder, above, subPath) }];
  });
}

interface Known {
  readonly name: string;
  readonly side: "was given" | "left";
  readonly path: string;
  readonly digest: DigestSet;
}

/** What its steps have declared with a path, as the record knows it. */
function artifactsOf(task: ResolvedTask, record: RunRecord): readonly Known[] {
  const steps = record.tasks.find(({ name }) => name === task.name)?.steps ?? [];
  const statuses = record.steps.filter(({ step }) => steps.includes(step));
  const digests = (side: "inputs" | "outputs", name: string) =>
    statuses.flatMap(({ artifacts }) => artifacts?.[side]?.filter((one) => one.name === name) ?? []);
  return task.spec.steps.flatMap(declaredIn).flatMap(({ name, path, side }) =>
    digests(side, name)
      .slice(-1)
      .map(({ digest }) => ({ name, path, digest, side: side === "inputs" ? "was given" : "left" })),
  );
}

function declaredIn(step: ResolvedStep) {
  if (step.kind === "task") return [];
  const { inputs = [], outputs = [] } = step.step.artifacts ?? {};
  return [
    ...inputs.map(({ name, path }) => ({ name, path: path ?? "", side: "inputs" as const })),
    ...outputs.map(({ name, path }) => ({ name, path: path ?? "", side: "outputs" as const })),
  ].filter(({ path }) => path !== "");
}

const IN_WORKSPACE = /^\$\(workspaces\.([\w-]+)\.path\)\/([^$]+)$/;
const workspaceIn = (path: string): string | undefined => IN_WORKSPACE.exec(path)?.[1];

/** Only what can be found: data that ended with the run is a matter of who needs it. */
function isThere({ path, digest }: Known, places: readonly Place[]): boolean {
  const [, name, rest = ""] = IN_WORKSPACE.exec(path) ?? [];
  const place = places.find((one) => one.name === name);
  if (place === undefined) return true;
  const found = digestBeneath(place.folder, rest);
  return (
    "digest" in found &&
    ["sha256", "dirHash", "dirLinks", "dirGit"].every(
      (one) => digest[one] === found.digest[one] || isNew(one, digest),
    )
  );
}

/** A file's record has `sha256` alone. */
const isNew = (algorithm: string, digest: DigestSet): boolean =>
  algorithm !== "sha256" && digest["sha256"] !== undefined;
