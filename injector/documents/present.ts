// What a document says, without what it leaves open: fields that are empty mean what absent ones do.

import { withoutEmpty } from "./load/empty.ts";
import { recognise } from "./load/kinds.ts";
import { metadata } from "./load/schema/common.ts";
import { isRaw } from "./raw.ts";

/** Of a Task, Pipeline, run or StepAction; other data comes back as it is. */
export function presentData(data: unknown): unknown {
  if (!isRaw(data)) return data;
  const recognised = recognise(String(data["apiVersion"]), String(data["kind"]));
  if (recognised.as !== "tekton") return data;
  const head = data["metadata"] === undefined ? {} : { metadata: withoutEmpty(metadata, data["metadata"]) };
  const body = data["spec"] === undefined ? {} : { spec: withoutEmpty(recognised.entry.spec, data["spec"]) };
  return { ...data, ...head, ...body };
}
