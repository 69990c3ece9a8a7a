// Documents in an order in which each comes after what it uses.

import { isRaw } from "../raw.ts";
import type { Raw } from "../spec.ts";

/** What the SDK can define, what is used before what uses it. */
export const KINDS: readonly string[] = ["StepAction", "Task", "Pipeline", "TaskRun", "PipelineRun"];

/** StepActions, Tasks, Pipelines, runs, the rest; within a kind as given, but what is used comes first. */
export function inOrder(documents: readonly Raw[]): readonly Raw[] {
  const sorted = [...documents].sort((a, b) => rank(a) - rank(b));
  const done = new Set<Raw>();
  const visit = (document: Raw, path: readonly Raw[]): void => {
    if (done.has(document) || path.includes(document)) return;
    for (const used of sorted.filter((other) => uses(document, other))) visit(used, [...path, document]);
    done.add(document);
  };
  for (const document of sorted) visit(document, []);
  return [...done];
}

// --- Internal helpers ---

const rank = ({ kind }: Raw): number => {
  const index = KINDS.indexOf(String(kind));
  return index === -1 ? KINDS.length : index;
};

function uses(document: Raw, other: Raw): boolean {
  const [spec, metadata] = [document["spec"], other["metadata"]];
  if (!isRaw(spec) || !isRaw(metadata)) return false;
  const field =
    other["kind"] === "Pipeline" ? "pipelineRef" : document["kind"] === "Task" ? "ref" : "taskRef";
  const users = [spec["steps"], spec["tasks"], spec["finally"]].flat().filter(isRaw);
  return users.some((user) => isRaw(user[field]) && user[field]["name"] === metadata["name"]);
}
