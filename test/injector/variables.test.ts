// Every variable in every field: it is replaced, or left to the step's entrypoint, or refused at its place; never kept as text.
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { type Diagnostic, UserError } from "../../injector/diagnostics/diagnostic.ts";
import { load } from "../../injector/documents/load.ts";
import { ACCEPTING } from "../../injector/documents/variable-fields.ts";
import { type Scope, VARIABLES, type Variable } from "../../injector/documents/variables.ts";
import { plan } from "../../injector/plan/index.ts";
import { resolve } from "../../injector/resolve/resolve.ts";

type Row = (typeof ACCEPTING)[number] & { readonly list?: "finally" };
// biome-ignore lint/suspicious/noExplicitAny: documents are written as data here, and changed at any path
type Json = any;

const VALUE = "5m";

const task = (name: string): Json => ({
  apiVersion: "baton.run/v1alpha1",
  kind: "Task",
  metadata: { name },
  spec: {
    params: [{ name: "p", default: VALUE }],
    workspaces: [{ name: "w", optional: true }],
    results: [{ name: "r" }],
    volumes: [{ name: "v", emptyDir: {} }],
    steps: [
      {
        name: "one",
        image: "i",
        command: ["c"],
        results: [{ name: "r" }],
        artifacts: { outputs: [{ name: "a", path: "/a" }] },
      },
      {
        name: "two",
        image: "i",
        command: ["c"],
        results: [{ name: "r" }],
        artifacts: { inputs: [{ name: "a", path: "/a" }], outputs: [{ name: "b", path: "/b" }] },
      },
    ],
    sidecars: [{ name: "side", image: "i" }],
  },
});

const action = (): Json => ({
  apiVersion: "baton.run/v1alpha1",
  kind: "StepAction",
  metadata: { name: "act" },
  spec: { image: "i", params: [{ name: "p", default: VALUE }], results: [{ name: "r" }] },
});

/** Of a Task alone, where no other task is spoken of. */
const small = (): Json => {
  const { spec, ...rest } = pipeline();
  return { ...rest, spec: { ...spec, tasks: spec.tasks.slice(2), finally: [] } };
};

const pipeline = (): Json => ({
  apiVersion: "baton.run/v1alpha1",
  kind: "Pipeline",
  metadata: { name: "pipe" },
  spec: {
    params: [{ name: "p", default: VALUE }],
    workspaces: [{ name: "w", optional: true }],
    tasks: [
      { name: "a", taskRef: { name: "t" } },
      { name: "fan", taskRef: { name: "t" }, matrix: { params: [{ name: "p", value: ["x", "z"] }] } },
      { name: "b", taskRef: { name: "tested" }, workspaces: [{ name: "w", workspace: "w" }] },
    ],
    finally: [
      { name: "last", taskRef: { name: "t" } },
      { name: "c", taskRef: { name: "tested" }, workspaces: [{ name: "w", workspace: "w" }] },
    ],
    results: [],
  },
});

const run = (kind: "TaskRun" | "PipelineRun"): Json => ({
  apiVersion: "baton.run/v1alpha1",
  kind,
  metadata: { name: "run" },
  spec: {
    ...(kind === "TaskRun" ? { taskRef: { name: "tested" } } : { pipelineRef: { name: "pipe" } }),
    params: [{ name: "p", value: VALUE }],
    workspaces: [{ name: "w", persistentVolumeClaim: { claimName: "claim" } }],
  },
});

/** Documents of a run in which the text stands in the row's field. */
function documentsWith({ object, field, list }: Row, text: string): Json[] {
  const tested = task("tested");
  const other = object === "Pipeline" ? pipeline() : small();
  const base = [task("t"), task(VALUE), tested];
  const path = field.replace(/^spec\./, "").replace(/…$/, "");
  switch (object) {
    case "Task":
      put(tested.spec, path, text);
      return [...base, other, run("PipelineRun")];
    case "StepAction": {
      const acting = action();
      put(acting.spec, path, text);
      const { command: _command, results: _results, image: _image, ...step } = tested.spec.steps[1];
      tested.spec.steps[1] = { ...step, ref: { name: "act" } };
      return [...base, acting, other, run("PipelineRun")];
    }
    case "Pipeline":
      put(other.spec, list === undefined ? path : path.replace(/^tasks/, list), text);
      return [...base, other, run("PipelineRun")];
    case "TaskRun": {
      const it = run("TaskRun");
      put(it.spec, path, text);
      return [...base, it];
    }
    default: {
      const it = run("PipelineRun");
      put(it.spec, path, text);
      return [...base, other, it];
    }
  }
}

/** What a field looks like around a text; a bare text where it is one. */
const SHAPES: Readonly<Record<string, (text: string) => Json>> = {
  command: (text) => [text],
  args: (text) => [text],
  script: (text) => text,
  env: (text) => [{ name: "E", value: text }],
  envFrom: (text) => [{ configMapRef: { name: text } }],
  volumeMounts: (text) => [{ name: "v", mountPath: `/m/${text}` }],
  volumeDevices: (text) => [{ name: "v", devicePath: `/d/${text}` }],
  workingDir: (text) => `/d/${text}`,
  securityContext: (text) => ({ seLinuxOptions: { level: text } }),
  computeResources: (text) => ({ claims: [{ name: text }] }),
  stdoutConfig: (text) => ({ path: `/o/${text}` }),
  stderrConfig: (text) => ({ path: `/o/${text}` }),
  podTemplate: (text) => ({ nodeSelector: { at: text } }),
  timeouts: (text) => ({ pipeline: text }),
  digest: (text) => ({ sha256: text }),
  "when[].input": (text) => [{ input: text, operator: "in", values: ["x"] }],
  "when[].values": (text) => [{ input: "x", operator: "in", values: [text] }],
  "when[].cel": (text) => [{ cel: text }],
  "workspaces[].mountPath": (text) => [{ name: "w", mountPath: `/m/${text}` }],
  "workspaces[].subPath": (text) => [{ name: "w", subPath: text, emptyDir: {} }],
  "workspaces[]": (text) => [{ name: "w", persistentVolumeClaim: { claimName: text } }],
  "sidecars[]": (text) => [{ name: "side", image: "i", command: ["c", text] }],
  "volumes[]": (text) => [{ name: "v", configMap: { name: text } }],
  "artifacts.inputs[].path": (text) => ({ inputs: [{ name: "a", path: `/a/${text}` }] }),
  "artifacts.inputs[].digest": (text) => ({ inputs: [{ name: "a", path: "/a", digest: { sha256: text } }] }),
  "artifacts.outputs[].path": (text) => ({ outputs: [{ name: "b", path: `/b/${text}` }] }),
  "artifacts.inputs[].from": (text) => ({ inputs: [{ name: "x", from: text }] }),
  "params[].default": (text) => [
    { name: "p", default: VALUE },
    { name: "q", default: text },
  ],
  "params[].value": (text) => [{ name: "p", value: text }],
  "matrix.params[].value": (text) => ({ params: [{ name: "p", value: [text] }] }),
  "matrix.include[].name": (text) => ({ include: [{ name: text, params: [{ name: "p", value: "x" }] }] }),
  "matrix.include[].params[].value": (text) => ({
    include: [{ name: "some", params: [{ name: "p", value: text }] }],
  }),
  "results[].value": (text) => [{ name: "r", value: text }],
  "taskRef.name": (text) => ({ name: text }),
};

function put(spec: Json, path: string, text: string): void {
  const [, into, rest = ""] = /^(?:(steps|tasks|finally)\[\]\.|(?:stepTemplate)\.)?(.*)$/.exec(path) ?? [];
  if (path.startsWith("stepTemplate.")) spec.stepTemplate ??= {};
  const holder = holderIn(spec, into, path);
  const overrides = /^(taskRunTemplate|taskRunSpecs\[\]|stepSpecs\[\]|sidecarSpecs\[\])\.(.*)$/.exec(
    rest ?? "",
  );
  if (overrides !== null) putOverride(holder, overrides[1] ?? "", overrides[2] ?? "", text);
  else if (rest.startsWith("script") && "command" in holder) {
    delete holder.command;
    holder.script = text;
  } else holder[rest.split(/[.[]/)[0] ?? ""] = shaped(rest, text, holder);
}

const holderIn = (spec: Json, into: string | undefined, path: string): Json =>
  path.startsWith("stepTemplate.")
    ? spec.stepTemplate
    : into === undefined
      ? spec
      : spec[into].find(({ name }: Json) => ["two", "b", "c"].includes(name));

function putOverride(spec: Json, at: string, path: string, text: string): void {
  const item: Json = at === "taskRunSpecs[]" ? { pipelineTaskName: "b" } : at === "taskRunTemplate" ? {} : {};
  if (/^(stepSpecs|sidecarSpecs)/.test(at)) item.name = at.startsWith("step") ? "two" : "side";
  put(item, path, text);
  spec[at.replace("[]", "")] = at.endsWith("[]") ? [item] : item;
}

function shaped(path: string, text: string, holder: Json): Json {
  const shape = SHAPES[path];
  if (shape !== undefined) {
    const value = shape(text);
    return path === "workspaces[].subPath" && "taskRef" in holder && "name" in holder
      ? [{ name: "w", subPath: text }]
      : value;
  }
  return text;
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ param: "p", workspace: "w", result: "r", step: "one", artifact: "a", task: "a" },
};

function textOf({ path }: Variable): string {
  const task = path.includes(".matrix.") ? "fan" : path.startsWith("finally.") ? "last" : "a";
  if (path === "outputs.<artifact>.path") return "$(outputs.b.path)";
  return `$(${path.replace(/<(\w+)>/g, (_, name: string) => (name === "task" ? task : (NAMES[name] ?? "")))})`;
}

interface Outcome {
  readonly faults: readonly Diagnostic[];
  readonly planned: string;
}

function outcomeOf(row: Row, text: string): Outcome {
  const yaml = documentsWith(row, text)
    .map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join("---\n");
  try {
    const set = plan(resolve(load([{ path: "run.yaml", text: yaml }]), { target: "run" }));
    return { faults: [], planned: JSON.stringify(set) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { faults: error.diagnostics.filter(({ severity }) => severity === "error"), planned: "" };
  }
}

/** What the lists say, and the few rules beside them. */
function expected({ field, accepted, list }: Row, variable: Variable): "replaced" | "later" | "refused" {
  if (accepted === "refused") return "refused";
  if (field === "spec.script…" && variable.path.includes("params.")) return "refused";
  const scopes: readonly Scope[] =
    list === "finally" ? accepted.map((one) => (one === "pipeline" ? "finally" : one)) : accepted;
  if (!variable.in.some((scope) => scopes.includes(scope))) return "refused";
  if (variable.answered === "plan") return "replaced";
  if (field.includes(".script") && /^steps.*puts/.test(variable.path)) return "later";
  if (variable.path.startsWith("steps."))
    return /^spec\.steps\[\]\.(command|args|env(?!From)|when|params|artifacts\.inputs\[\]\.digest)|^spec\.results/.test(
      field,
    )
      ? "later"
      : "refused";
  return "later";
}

const rows: readonly Row[] = ACCEPTING.flatMap((row) =>
  row.field.startsWith("spec.tasks[]") ? [row, { ...row, list: "finally" as const }] : [row],
);

/** What has rules of its own, tested beside them: where a reference leads, what a Task's result is, where data comes from. */
const ELSEWHERE =
  /\.(ref|taskRef|pipelineRef)\.|cache\.key|artifacts\.inputs\[\]\.from|spec\.results|steps\[\]\.(params|workspaces)|include\[\]\.name/;

test.each(rows.filter(({ field }) => !ELSEWHERE.test(field)))("$object $field $list", (row) => {
  const cells = VARIABLES.map((variable) => ({ text: textOf(variable), wanted: expected(row, variable) }));
  const textsOf = (...kinds: readonly string[]) =>
    cells.filter(({ wanted }) => kinds.includes(wanted)).map(({ text }) => text);
  const accepted = outcomeOf(row, textsOf("replaced", "later").join(" "));
  if (row.accepted !== "refused") expect(accepted.faults).toEqual([]);
  expect(textsOf("replaced").filter((text) => accepted.planned.includes(text))).toEqual([]);
  const { faults } = outcomeOf(row, textsOf("refused").join(" "));
  const isSaid = (text: string) =>
    faults.some(
      ({ message, place }) => message.startsWith(`${text}:`) && place?.text?.includes(text) === true,
    );
  expect(textsOf("refused").filter((text) => !isSaid(text))).toEqual([]);
});
