// The pod inside a Pod, Job or CronJob, and the same document with another pod in its place.

import { asRaw } from "../documents/raw.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface PodIn {
  readonly spec: Fields;
  /** Where its spec stands in the document. */
  readonly path: readonly string[];
  /** Of the pod first, then of what is around it. */
  readonly annotations: Fields;
  with(spec: Fields): Fields;
}

const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** Undefined for other kinds. */
export function podIn(document: Fields): PodIn | undefined {
  const path = PATHS[String(document["kind"] ?? kindOf(asRaw(document["spec"])))];
  if (path === undefined) return undefined;
  const holder = path.reduce<Fields>((at, field) => asRaw(at[field]), document);
  const annotations = [document, holder].map((one) => asRaw(asRaw(one["metadata"])["annotations"]));
  return {
    spec: asRaw(holder["spec"]),
    path: [...path, "spec"],
    annotations: Object.assign({}, ...annotations),
    with: (spec) => replaced(document, [...path, "spec"], spec),
  };
}

/** What comes out of a client's list has no kind of its own. */
function kindOf(spec: Fields): string | undefined {
  if (Array.isArray(spec["containers"])) return "Pod";
  if ("jobTemplate" in spec) return "CronJob";
  return undefined;
}

/** Of a List, and of a list of one kind, whose items need not say theirs. */
export function itemsOf({ kind, items }: Fields): readonly Fields[] | undefined {
  if (!Array.isArray(items) || !String(kind).endsWith("List")) return undefined;
  const own = String(kind).slice(0, -"List".length);
  return items.map((item) =>
    own === "" || "kind" in asRaw(item) ? asRaw(item) : { kind: own, ...asRaw(item) },
  );
}

function replaced(at: Fields, [field, ...rest]: readonly string[], value: Fields): Fields {
  if (field === undefined) return value;
  return { ...at, [field]: replaced(asRaw(at[field]), rest, value) };
}
