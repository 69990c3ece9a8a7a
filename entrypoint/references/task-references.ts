// $(tasks.<task>.results.<result>), $(tasks.<task>.outputs.<artifact>.digest), $(tasks.<task>.status), $(tasks.<task>.reason)
// and $(tasks.status) between fused Tasks, $(tasks.<task>.matrix.<result>.length) of those that a matrix made
// (protocol/fused.md).

import { StepFault } from "../endings/fault.ts";
import type { Host } from "../host.ts";
import { endingOf } from "../peers/peers.ts";
import {
  beneath,
  isFailure,
  isOwnFailure,
  type Reference,
  type StepStatus,
  type TaskRef,
  type TaskRefs,
} from "../protocol/index.ts";
import { isRecord, isRecordOf, isText, parseObject } from "../text/json.ts";
import { artifactIn } from "./artifact-references.ts";
import { resultIn, resultPlace } from "./step-references.ts";
import type { Reader } from "./substitute.ts";
import { infoAt, invalid, valueAt } from "./value.ts";

/** Throws StepFault where `-task_refs` is not what it should be. */
export function parseTaskRefs(text: string): TaskRefs {
  const refs = parseObject(text);
  if (refs === undefined) throw new StepFault("InvalidFlags", "-task_refs is not a JSON object");
  const wrong = Object.keys(refs).find((task) => !isTaskRef(refs[task]));
  if (wrong === undefined) return refs as unknown as TaskRefs;
  throw new StepFault(
    "InvalidFlags",
    `-task_refs: "${wrong}": want {results: DIRECTORY, posts: [FILE, …]}, with files and artifacts by name`,
  );
}

export function taskReader(host: Host, refs: TaskRefs): Reader {
  return (reference) => {
    const [root, task = "", kind, ...names] = reference.path;
    if (root !== "tasks") return undefined;
    if (task === "status" && kind === undefined) return overallStatus(host, refs, reference);
    const read = kind === undefined ? undefined : (names.length > 0 ? PRODUCTS : ENDINGS).get(kind);
    return read?.({ host, ref: need(refs, task, reference), task, reference, names });
  };
}

const isResults = (value: unknown): boolean =>
  isRecord(value) && isText(value["results"] ?? "") && isRecordOf(value["files"] ?? {}, isText);

const isListOf = (list: unknown, is: (one: unknown) => boolean): boolean =>
  Array.isArray(list) && list.every(is);

const isTaskRef = (value: unknown): boolean =>
  isRecord(value) &&
  isResults(value) &&
  isListOf(value["posts"], isText) &&
  isRecordOf(value["artifacts"] ?? {}, isText) &&
  isListOf(value["provenance"] ?? [], isText) &&
  isListOf(value["instances"] ?? [], isResults) &&
  ["boolean", "undefined"].includes(typeof value["tolerated"]) &&
  ["skip", undefined].includes(value["missing"] as string | undefined);

interface Asked {
  readonly host: Host;
  readonly ref: TaskRef;
  readonly task: string;
  readonly reference: Reference;
  /** The words after the kind. */
  readonly names: readonly string[];
}

function need(refs: TaskRefs, task: string, { raw }: Reference): TaskRef {
  const ref = Object.hasOwn(refs, task) ? refs[task] : undefined;
  if (ref === undefined) throw invalid(raw, `-task_refs does not say where the Task "${task}" is`);
  return ref;
}

function resultOf({ host, ref, task, reference, names }: Asked): string | readonly string[] {
  const [name = ""] = names;
  const whole = own(ref.files, names.join("."));
  const elsewhere = whole ?? own(ref.files, name);
  const place = elsewhere === undefined ? undefined : beneath(elsewhere, 3);
  if (place !== undefined && infoAt(host, place, reference)?.type === "file")
    return valueAt(host, place, reference, whole === undefined ? names.slice(1).join(".") : undefined);
  const exists = names.some(
    (_, at) => infoAt(host, resultPlace(ref.results, names.slice(0, at + 1)), reference)?.type === "file",
  );
  if (!exists && (ref.missing === "skip" || wasSkipped(statusesOf(host, ref))))
    throw new StepFault("InputsSkipped", `${reference.raw}: the Task "${task}" did not produce it`);
  return resultIn(host, ref.results, reference, names);
}

/** A Task that was skipped has none; any other that has not left it is at fault. */
function artifactOf(kind: "inputs" | "outputs", { host, ref, task, reference, names }: Asked): string {
  const [name = ""] = names;
  const declared = kind === "outputs" ? own(ref.artifacts, name) : undefined;
  const files = declared === undefined ? ref.provenance : [declared];
  if (files === undefined) throw invalid(reference.raw, `-task_refs does not say where "${name}" is`);
  const places = files.map((file) => beneath(file, 3));
  const exists = places.some((place) => infoAt(host, place, reference) !== undefined);
  if (!exists && (ref.missing === "skip" || wasSkipped(statusesOf(host, ref))))
    throw new StepFault("InputsSkipped", `${reference.raw}: the Task "${task}" did not produce it`);
  return artifactIn(host, places, kind, reference, names);
}

/** `matrix.<result>.length`: how many Tasks of the matrix have left it. */
function lengthOf({ host, ref, reference, names }: Asked): string {
  const name = names.slice(0, -1).join(".");
  if (ref.instances === undefined || names.at(-1) !== "length" || name === "")
    throw invalid(reference.raw, "-task_refs knows no such matrix");
  const places = ref.instances.map(({ results, files }) => {
    const elsewhere = own(files, name);
    return elsewhere === undefined ? resultPlace(results, [name]) : beneath(elsewhere, 3);
  });
  return String(places.filter((place) => infoAt(host, place, reference)?.type === "file").length);
}

const own = (names: Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
  names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;

const statusesOf = (host: Host, { posts }: TaskRef): readonly StepStatus[] =>
  posts.map((post) => endingOf(host, post));

/** Every step that could have written the result was skipped with the Task. */
const wasSkipped = (statuses: readonly StepStatus[]): boolean =>
  statuses.length > 0 &&
  statuses.every(({ reason }) => reason === "TaskSkipped" || reason === "InputsSkipped");

/** A failure that its step tolerates is none of the Task's; a Task none of whose steps ran is None. */
function statusOfTask({ host, ref }: Pick<Asked, "host" | "ref">): "Succeeded" | "Failed" | "None" {
  const statuses = statusesOf(host, ref);
  if (statuses.some(isFailure)) return "Failed";
  return statuses.every(({ state }) => state === "skipped") ? "None" : "Succeeded";
}

/** Tekton's words for why: a timeout, a cancellation and a failure that the Pipeline ignores have reasons of their own. */
function reasonOfTask({ host, ref }: Asked): string {
  const status = statusOfTask({ host, ref });
  if (status !== "Failed") return status;
  const failure = statusesOf(host, ref).find(isOwnFailure);
  if (failure?.state === "timedOut") return "TaskRunTimeout";
  if (failure?.state === "cancelled") return "TaskRunCancelled";
  return ref.tolerated === true ? "FailureIgnored" : "Failed";
}

/** What is asked of a Task by name. */
const PRODUCTS = new Map<string, (asked: Asked) => string | readonly string[]>([
  ["results", resultOf],
  ["inputs", (asked) => artifactOf("inputs", asked)],
  ["outputs", (asked) => artifactOf("outputs", asked)],
  ["matrix", lengthOf],
]);

/** What is asked of a Task by one word. */
const ENDINGS: ReadonlyMap<string, (asked: Asked) => string> = new Map([
  ["status", statusOfTask],
  ["reason", reasonOfTask],
]);

/** Of all Tasks that are not `finally`; the key "" lists their posts. */
function overallStatus(host: Host, refs: TaskRefs, reference: Reference): string {
  const statuses = statusesOf(host, need(refs, "", reference));
  if (statuses.some(isFailure)) return "Failed";
  if (statuses.every(({ state }) => state === "skipped")) return "None";
  return wasAnySkipped(statuses) ? "Completed" : "Succeeded";
}

const wasAnySkipped = (statuses: readonly StepStatus[]): boolean =>
  statuses.some(({ reason }) => reason === "TaskSkipped" || reason === "InputsSkipped");
