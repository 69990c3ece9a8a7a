// tekton.dev/v1beta1 → v1, as Tekton itself converts: fields that moved are moved, fields that never had an effect
// on a run are dropped. What has no counterpart stays, and the schema of v1 then names it.

type Fields = Readonly<Record<string, unknown>>;

/** The spec of a v1beta1 object of `kind` in the words of v1. Anything that is not of the expected shape stays as it is. */
export function convertSpec(kind: string, spec: unknown): unknown {
  if (!isFields(spec)) return spec;
  switch (kind) {
    case "Task":
    case "ClusterTask":
      return task(spec);
    case "TaskRun":
      return taskRun(spec);
    case "Pipeline":
      return pipeline(spec);
    case "PipelineRun":
      return pipelineRun(spec);
    default:
      return spec;
  }
}

// --- Internal helpers ---

/** Container fields that v1beta1 carried along without any effect. */
const NEVER_USED = [
  "ports",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "stdin",
  "stdinOnce",
  "tty",
];

const task = (spec: Fields): Fields =>
  change(spec, {
    steps: each((step) => renamed(ref(without(step, NEVER_USED), "ref"), "resources", "computeResources")),
    stepTemplate: one((step) =>
      renamed(without(step, ["name", ...NEVER_USED]), "resources", "computeResources"),
    ),
    sidecars: each((sidecar) => renamed(sidecar, "resources", "computeResources")),
  });

const pipelineTask = (fields: Fields): Fields =>
  change(ref(ref(fields, "taskRef"), "pipelineRef"), { taskSpec: one(task), pipelineSpec: one(pipeline) });

const pipeline = (spec: Fields): Fields =>
  change(spec, { tasks: each(pipelineTask), finally: each(pipelineTask) });

const overrides = (fields: Fields): Fields => renamed(fields, "resources", "computeResources");

const runOverrides = (fields: Fields): Fields =>
  change(renamed(renamed(fields, "stepOverrides", "stepSpecs"), "sidecarOverrides", "sidecarSpecs"), {
    stepSpecs: each(overrides),
    sidecarSpecs: each(overrides),
  });

const taskRun = (spec: Fields): Fields => change(runOverrides(ref(spec, "taskRef")), { taskSpec: one(task) });

function pipelineRun(spec: Fields): Fields {
  const { timeout, serviceAccountName, podTemplate, ...rest } = ref(spec, "pipelineRef");
  const template = present({ serviceAccountName, podTemplate });
  return change(
    {
      ...rest,
      ...(timeout === undefined ? {} : { timeouts: { pipeline: timeout, ...asFields(rest["timeouts"]) } }),
      ...(Object.keys(template).length === 0 ? {} : { taskRunTemplate: template }),
    },
    {
      pipelineSpec: one(pipeline),
      taskRunSpecs: each((fields) =>
        runOverrides(
          renamed(
            renamed(fields, "taskServiceAccountName", "serviceAccountName"),
            "taskPodTemplate",
            "podTemplate",
          ),
        ),
      ),
    },
  );
}

/** `bundle: image` is what the resolver "bundles" does today. */
function ref(fields: Fields, field: string): Fields {
  const given = fields[field];
  if (!isFields(given) || typeof given["bundle"] !== "string") return fields;
  const { bundle, name, kind, ...rest } = given;
  const params = [
    { name: "bundle", value: bundle },
    { name: "name", value: name ?? "" },
    { name: "kind", value: String(kind ?? (field === "pipelineRef" ? "Pipeline" : "Task")).toLowerCase() },
  ];
  return { ...fields, [field]: { ...rest, resolver: "bundles", params } };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const asFields = (value: unknown): Fields => (isFields(value) ? value : {});

const present = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const without = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const renamed = (fields: Fields, from: string, to: string): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name === from ? to : name, value]));

type Change = (value: unknown) => unknown;

const one =
  (convert: (fields: Fields) => Fields): Change =>
  (value) =>
    isFields(value) ? convert(value) : value;

const each =
  (convert: (fields: Fields) => Fields): Change =>
  (value) =>
    Array.isArray(value) ? value.map(one(convert)) : value;

const change = (fields: Fields, changes: Readonly<Record<string, Change>>): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, changes[name]?.(value) ?? value]));
