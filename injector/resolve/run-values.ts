// A run with its own values put in, wherever a run accepts variables: what its workspaces are bound to, its pod.

import { type Diagnostic, UserError } from "../diagnostics/diagnostic.ts";
import type { Library } from "../documents/library.ts";
import type { Path } from "../documents/load.ts";
import type { ParamValue, PipelineRunSpec } from "../documents/spec.ts";
import {
  type Accepts,
  acceptedAt,
  PIPELINE_RUN_ACCEPTS,
  TASK_RUN_ACCEPTS,
} from "../documents/variable-fields.ts";
import { type Context, contextLookup } from "../substitute/context.ts";
import { plainTree } from "../substitute/data.ts";
import { paramLookup, paramValues } from "../substitute/params.ts";
import { firstOf, type Lookup, substituteDeep } from "../substitute/text.ts";
import { type Unanswered, unanswered } from "../substitute/unanswered.ts";
import { declaredBy, type RunDocument } from "./run-object.ts";

/** Throws UserError with all that is not known before the run. */
export function withRunValues(document: RunDocument, library: Library, context: Context): RunDocument {
  const { object } = document;
  const values = paramValues(declaredBy(document, library).params, object.spec.params ?? []);
  const named = object.kind === "TaskRun" ? undefined : pipelineName(object.spec, library, context);
  const lookup = firstOf(paramLookup(values), contextLookup({ ...context, ...named }));
  const accepts: Readonly<Record<string, Accepts>> =
    object.kind === "TaskRun" ? TASK_RUN_ACCEPTS : PIPELINE_RUN_ACCEPTS;
  const faults: Diagnostic[] = [];
  const spec = Object.fromEntries(
    Object.entries(object.spec).map(([field, value]) => {
      const own = Object.hasOwn(accepts, field) && !HANDED_ON.has(field) ? accepts[field] : undefined;
      if (own === undefined) return [field, value];
      const found = unanswered(value, lookup).filter(
        ({ path }) => acceptedAt(own, path) !== undefined && !isOfTask(field, path),
      );
      faults.push(...found.map((one) => faultOf(document, ["spec", field], one)));
      return [field, field === "taskRunTemplate" ? value : put(value, own, lookup, field)];
    }),
  );
  if (faults.length > 0) throw new UserError(faults);
  return { ...document, object: { ...object, spec } } as RunDocument;
}

/** Answers what a run gives and is called. */
export const runLookup = (values: Readonly<Record<string, ParamValue>>, context: Context): Lookup =>
  firstOf(paramLookup(paramValues([], asParams(values))), contextLookup(context));

const asParams = (values: Readonly<Record<string, ParamValue>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** The pod of one task is bound with that task, whose params it may speak of. */
const isOfTask = (field: string, path: Path): boolean =>
  field === "taskRunSpecs" && path[1] === "podTemplate";

const pipelineName = (spec: PipelineRunSpec, library: Library, context: Context): Context => {
  const target = spec.pipelineRef && library.resolve("Pipeline", spec.pipelineRef);
  const name = target?.object.metadata.name ?? context["pipelineRun.name"];
  return name === undefined ? {} : { "pipeline.name": name };
};

/** Their values are put in further in: by the Task that is given them, by whoever follows a reference. */
const HANDED_ON: ReadonlySet<string> = new Set(["params", "taskRef", "pipelineRef"]);

export const faultOf = (
  document: Pick<RunDocument, "place">,
  at: Path,
  { path, reference, code, problem, cure }: Unanswered,
): Diagnostic => ({
  ...{ code, severity: "error", cure },
  message: `${reference.raw}: ${problem}`,
  place: document.place([...at, ...path], { text: reference.raw }),
});

/** The value with every text replaced that stands where variables are accepted. */
function put(value: unknown, accepts: Accepts, lookup: Lookup, field: string, path: Path = []): unknown {
  if (isOfTask(field, path)) return value;
  const accepted = acceptedAt(accepts, path);
  if (accepted !== undefined)
    return accepted === "refused" ? value : plainTree(substituteDeep(value, lookup));
  if (Array.isArray(value)) return value.map((item, at) => put(item, accepts, lookup, field, [...path, at]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, put(item, accepts, lookup, field, [...path, key])]),
  );
}
