// Documents in an order in which each comes after what it uses.

import { asRaw, isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";

/** What the SDK can define, what is used before what uses it. */
export const KINDS: readonly string[] = ["StepAction", "Task", "Pipeline", "TaskRun", "PipelineRun"];

/** StepActions, Tasks, Pipelines, runs, the rest; within a kind as given, but what is used comes first. */
export function inOrder(documents: readonly Raw[]): readonly Raw[] {
  const sorted = [...documents].sort((a, b) => rank(a) - rank(b));
  const byName = new Map<string, Raw[]>();
  for (const document of sorted) {
    const key = keyOf(document["kind"], asRaw(document["metadata"])["name"]);
    byName.set(key, [...(byName.get(key) ?? []), document]);
  }
  const done = new Set<Raw>();
  const begun = new Set<Raw>();
  const visit = (document: Raw): void => {
    if (begun.has(document)) return;
    begun.add(document);
    for (const key of usedBy(document)) for (const used of byName.get(key) ?? []) visit(used);
    done.add(document);
  };
  for (const document of sorted) visit(document);
  return [...done];
}

const rank = ({ kind }: Raw): number => {
  const index = KINDS.indexOf(String(kind));
  return index === -1 ? KINDS.length : index;
};

const keyOf = (kind: unknown, name: unknown): string => `${kind}/${name}`;

/** Keys of what the steps or tasks of a document refer to by name. */
function usedBy(document: Raw): readonly string[] {
  const spec = asRaw(document["spec"]);
  const users = [spec["steps"], spec["tasks"], spec["finally"]].flat().filter(isRaw);
  return users.flatMap(({ ref, taskRef, pipelineRef }) => [
    keyOf(asRaw(ref)["kind"] ?? "StepAction", asRaw(ref)["name"]),
    keyOf("Task", asRaw(taskRef)["name"]),
    keyOf("Pipeline", asRaw(pipelineRef)["name"]),
  ]);
}
