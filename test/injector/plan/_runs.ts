// Resolved runs made by hand: what `resolve` would hand to `plan`, with everything optional left at its default.

import { typeOfValue } from "../../../injector/documents/param-types.ts";
import type { ParamType, ParamValue, StepSpec } from "../../../injector/documents/spec.ts";
import { plan } from "../../../injector/plan/index.ts";
import type { Plan, PlannedStep } from "../../../injector/plan/model/plan.ts";
import type { PlanOptions } from "../../../injector/plan/model/plan-set.ts";
import type { ResolvedRun, ResolvedStep, ResolvedTask } from "../../../injector/resolve/resolved.ts";

type TaskOver = Partial<Omit<ResolvedTask, "spec">> & Partial<ResolvedTask["spec"]>;

const RESOLVED_FIELDS = new Set([
  ...[
    "name",
    "displayName",
    "taskName",
    "runAfter",
    "when",
    "matrix",
    "retries",
    "timeout",
    "onError",
    "pod",
    "artifacts",
  ],
  "computeResources",
]);

/** `params` and `workspaces` of a Task are declarations where they have no value, and given where they have one. */
export function taskOf(
  name: string,
  steps: readonly (StepSpec | ResolvedStep)[],
  over: Omit<TaskOver, "params" | "workspaces"> & {
    readonly params?: Readonly<Record<string, unknown>>;
    readonly workspaces?: readonly {
      readonly name: string;
      readonly workspace?: string;
      readonly subPath?: string;
      readonly readOnly?: boolean;
      readonly mountPath?: string;
    }[];
  } = {},
): ResolvedTask {
  const { params = {}, workspaces = [], ...rest } = over;
  const fields = Object.entries(rest);
  const given = Object.entries(params);
  return {
    name,
    taskName: name,
    runAfter: [],
    when: [],
    retries: 0,
    ...Object.fromEntries(fields.filter(([field]) => RESOLVED_FIELDS.has(field))),
    params: given.map(([param, value]) => ({ name: param, value: value as string })),
    workspaces: workspaces.map(({ name: own, workspace = own, subPath }) => ({
      name: own,
      workspace,
      ...(subPath === undefined ? {} : { subPath }),
    })),
    spec: {
      params: given.map(([param, value]) => ({ name: param, type: typeMeant(value as ParamValue) })),
      workspaces: workspaces.map(({ workspace: _w, subPath: _s, ...declared }) => declared),
      ...Object.fromEntries(fields.filter(([field]) => !RESOLVED_FIELDS.has(field))),
      steps: steps.map((step): ResolvedStep => (isResolved(step) ? step : { kind: "step", step })),
    },
  };
}

/** `[*]` alone is a list that is yet to come. */
const typeMeant = (value: ParamValue): ParamType =>
  typeof value === "string" && value.endsWith("[*])") ? "array" : typeOfValue(value);

export function runOf(tasks: readonly ResolvedTask[], over: Partial<ResolvedRun> = {}): ResolvedRun {
  return {
    name: "run",
    source: { kind: "PipelineRun", name: "run", file: "run.yaml" },
    target: "",
    sources: [],
    params: {},
    workspaces: {},
    tasks,
    finally: [],
    results: [],
    timeouts: {},
    pod: { labels: {}, annotations: {}, spec: {} },
    data: [],
    context: {},
    place: () => undefined,
    ...over,
  };
}

/** The one plan of a run that needs no cut. */
export function onlyPlan(run: ResolvedRun, options: PlanOptions = {}): Plan {
  const [only, ...others] = plan(run, options).plans;
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} plans, not one`);
  return only;
}

export function stepOf({ steps }: Plan, id: string): PlannedStep {
  const step = steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`no step ${id} among ${steps.map((one) => one.id).join(", ")}`);
  return step;
}

/** "a → b": who waits for whom, by container name; "⇢" where it waits for either ending. */
export const edgesOf = ({ steps }: Plan): readonly string[] =>
  steps.flatMap((step) =>
    step.needs.map((edge) => `${steps[edge.step]?.id} ${edge.on === "settled" ? "⇢" : "→"} ${step.id}`),
  );

/** A layout file's text, by the end of its path. */
export function fileOf({ layout }: Plan, end: string): string {
  const file = layout.layout.files.find(({ path }) => path.endsWith(end));
  if (file === undefined) throw new Error(`no file ${end}`);
  return Buffer.from(file.base64, "base64").toString();
}

const isResolved = (step: StepSpec | ResolvedStep): step is ResolvedStep => "kind" in step;
