// The run as an object: the TaskRun or PipelineRun of the files with the command line's values put in, or one made
// for a Task or Pipeline that stands alone.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { flagFault } from "../diagnostics/diagnostic.ts";
import { suggestion } from "../diagnostics/nearest.ts";
import { type DocumentOf, isKind, type Library, nameOf } from "../documents/library.ts";
import type { LoadedDocument } from "../documents/load.ts";
import { SAID, typeOfParam } from "../documents/param-types.ts";
import type {
  Param,
  ParamSpec,
  TektonObject,
  WorkspaceBinding,
  WorkspaceDeclaration,
} from "../documents/spec.ts";
import { type GivenParam, typedValue } from "./given.ts";

export interface FlagValues {
  readonly params: readonly GivenParam[];
  readonly workspaces: readonly WorkspaceBinding[];
  /** What is missing gets a stand-in: `<name>` for a param, an empty volume for a workspace. For pictures, not for runs. */
  readonly standIns?: boolean;
}

export type RunDocument = DocumentOf<"TaskRun"> | DocumentOf<"PipelineRun">;

/** The run document, and what is wrong with the values given by flags. */
export function runDocument(
  picked: LoadedDocument<TektonObject>,
  library: Library,
  given: FlagValues,
): { readonly document: RunDocument; readonly faults: readonly Diagnostic[] } {
  const document = asRun(picked);
  const declared = declaredBy(document, library);
  const alone = document !== picked;
  const flags = given.standIns === true && alone ? completed(declared, given) : given;
  const faults = [
    ...paramFaults(declared, flags, alone, picked),
    ...workspaceFaults(declared, flags, alone, picked),
  ];
  const { object } = document;
  const params = overridden(object.spec.params, typed(declared, flags.params));
  const workspaces = overridden(object.spec.workspaces, flags.workspaces);
  const spec = { ...object.spec, ...(params && { params }), ...(workspaces && { workspaces }) };
  return { document: { ...document, object: { ...object, spec } } as RunDocument, faults };
}

interface Declarations {
  readonly what: string;
  readonly params: readonly ParamSpec[];
  readonly workspaces: readonly Pick<WorkspaceDeclaration, "name" | "optional">[];
  /** An embedded spec takes more than it declares: it propagates. */
  readonly open: boolean;
}

function asRun(picked: LoadedDocument<TektonObject>): RunDocument {
  const { object } = picked;
  if (isKind(picked, "TaskRun") || isKind(picked, "PipelineRun")) return picked;
  const isTask = object.kind === "Task";
  const ref = { name: nameOf(object) };
  const run = {
    apiVersion: object.apiVersion,
    kind: isTask ? "TaskRun" : "PipelineRun",
    metadata: object.metadata,
    spec: isTask ? { taskRef: ref } : { pipelineRef: ref },
  };
  const place: LoadedDocument["place"] = () => picked.place(["metadata", "name"]);
  return { file: picked.file, library: false, object: run, place } as unknown as RunDocument;
}

/** What the thing that is run declares. */
export function declaredBy({ object }: RunDocument, library: Library): Declarations {
  const isTask = object.kind === "TaskRun";
  const ref = isTask ? object.spec.taskRef : object.spec.pipelineRef;
  const embedded = isTask ? object.spec.taskSpec : object.spec.pipelineSpec;
  const spec = embedded ?? (ref && library.resolve(isTask ? "Task" : "Pipeline", ref)?.object.spec);
  const what = `${isTask ? "Task" : "Pipeline"} "${ref?.name ?? nameOf(object)}"`;
  return {
    what,
    params: spec?.params ?? [],
    workspaces: spec?.workspaces ?? [],
    open: spec === undefined || embedded !== undefined,
  };
}

const typed = (declared: Declarations, given: readonly GivenParam[]): Param[] =>
  given.map(({ name, text }) => ({ name, value: typedValue(specOf(declared, name), text) ?? text }));

const specOf = (declared: Declarations, name: string) => declared.params.find((one) => one.name === name);

function overridden<T extends { readonly name: string }>(
  own: readonly T[] | undefined,
  given: readonly T[],
): readonly T[] | undefined {
  if (given.length === 0) return own;
  return [...(own ?? []).filter(({ name }) => !given.some((one) => one.name === name)), ...given];
}

function completed({ params, workspaces }: Declarations, flags: FlagValues): FlagValues {
  const missing = params.filter(
    ({ name, default: fallback }) => fallback === undefined && !flags.params.some((one) => one.name === name),
  );
  const unbound = workspaces.filter(
    ({ name, optional }) => optional !== true && !flags.workspaces.some((one) => one.name === name),
  );
  return {
    params: [...flags.params, ...missing.map((spec) => ({ name: spec.name, text: standIn(spec) }))],
    workspaces: [...flags.workspaces, ...unbound.map(({ name }) => ({ name, emptyDir: {} }))],
  };
}

const standIn = (spec: ParamSpec): string =>
  typeOfParam(spec) === "object"
    ? Object.keys(spec.properties ?? {})
        .map((key) => `${key}:<${key}>`)
        .join(",")
    : `<${spec.name}>`;

function* paramFaults(
  declared: Declarations,
  { params }: FlagValues,
  alone: boolean,
  picked: LoadedDocument,
): Iterable<Diagnostic> {
  for (const given of params) yield* paramFault(declared, given);
  if (!alone) return;
  for (const [index, { name, default: fallback }] of declared.params.entries())
    if (fallback === undefined && !params.some((one) => one.name === name))
      yield {
        ...flagFault(
          "missing-param",
          `${declared.what} needs a value for its param "${name}"`,
          `give it with -p ${name}=…`,
        ),
        place: picked.place(["spec", "params", index, "name"]),
      };
}

function* paramFault(declared: Declarations, { name, text }: GivenParam): Iterable<Diagnostic> {
  const spec = specOf(declared, name);
  if (spec === undefined) {
    if (!declared.open) yield unknown("param", `-p ${name}`, name, declared, declared.params);
  } else if (typedValue(spec, text) === undefined) {
    const type = typeOfParam(spec);
    const cure = type === "array" ? `write -p ${name}=first,second` : `write -p ${name}=key:text,other:text`;
    yield flagFault("param-type", `-p ${name}: param "${name}" is ${SAID[type]}`, cure);
  }
}

function* workspaceFaults(
  declared: Declarations,
  { workspaces }: FlagValues,
  alone: boolean,
  picked: LoadedDocument,
): Iterable<Diagnostic> {
  for (const { name } of workspaces)
    if (!declared.open && !declared.workspaces.some((one) => one.name === name))
      yield unknown("workspace", `-w ${name}`, name, declared, declared.workspaces);
  if (!alone) return;
  for (const [index, { name, optional }] of declared.workspaces.entries())
    if (optional !== true && !workspaces.some((one) => one.name === name))
      yield {
        ...flagFault(
          "unbound-workspace",
          `${declared.what} needs its workspace "${name}"`,
          `bind it with -w name=${name},emptyDir= (or path=DIR for a folder of yours)`,
        ),
        place: picked.place(["spec", "workspaces", index, "name"]),
      };
}

const unknown = (
  what: "param" | "workspace",
  flag: string,
  name: string,
  declared: Declarations,
  there: readonly { readonly name: string }[],
): Diagnostic =>
  flagFault(
    `unknown-${what}`,
    `${flag}: ${declared.what} has no ${what} "${name}"`,
    suggestion(
      name,
      there.map((one) => one.name),
      "leave it out",
    ),
  );
