// The pod inside a Pod, Job or CronJob, and the same document with another pod in its place.

export type Fields = Readonly<Record<string, unknown>>;

export interface PodIn {
  readonly spec: Fields;
  /** Of the pod first, then of what is around it. */
  readonly annotations: Readonly<Record<string, string>>;
  with(spec: Fields): Fields;
}

const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** Undefined for other kinds. */
export function podIn(document: Fields): PodIn | undefined {
  const path = PATHS[String(document["kind"])];
  if (path === undefined) return undefined;
  const holder = path.reduce<Fields>((at, field) => fieldsOf(at[field]), document);
  const annotations = [document, holder].map((one) => fieldsOf(fieldsOf(one["metadata"])["annotations"]));
  return {
    spec: fieldsOf(holder["spec"]),
    annotations: Object.assign({}, ...annotations),
    with: (spec) => replaced(document, [...path, "spec"], spec),
  };
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};

function replaced(at: Fields, [field, ...rest]: readonly string[], value: Fields): Fields {
  if (field === undefined) return value;
  return { ...at, [field]: replaced(fieldsOf(at[field]), rest, value) };
}
