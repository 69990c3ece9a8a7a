// A Pipeline in its surroundings: what its tasks can be given.

import { soleReference } from "../../entrypoint/protocol/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Library } from "../documents/library.ts";
import type { LoadedDocument, Path } from "../documents/load.ts";
import { typeOfParam } from "../documents/param-types.ts";
import type {
  Param,
  ParamSpec,
  ParamType,
  ParamValue,
  PipelineSpec,
  PipelineTask,
  TaskSpec,
} from "../documents/spec.ts";
import { isObject, paramLookup, type Values } from "../substitute/params.ts";
import {
  firstOf,
  formatReference,
  type Lookup,
  substituteText,
  substituteValue,
} from "../substitute/text.ts";
import type { Overrides } from "./pod.ts";
import { labelOf, type PassedWorkspaces } from "./task.ts";

export interface PipelineScope {
  readonly document: LoadedDocument;
  /** Of the Pipeline's spec in `document`. */
  readonly path: Path;
  readonly library: Library;
  /** In front of the names of its tasks: "", or `outer-` for a Pipeline in a Pipeline. */
  readonly prefix: string;
  /** Values of its params, and of those that reach it from the run. */
  readonly values: Values;
  /** Its workspaces, and those that reach it → the run's. */
  readonly workspaces: ReadonlyMap<string, { readonly workspace: string; readonly subPath?: string }>;
  /** What the run says about single tasks, by their names. */
  readonly overrides: ReadonlyMap<string, Overrides>;
  /** Told of what is asked for in `document` and not known. */
  readonly report: (fault: Diagnostic) => void;
}

/** Answers references to params; those to tasks get the names these have in the run. */
export function lookupIn(spec: PipelineSpec, { prefix, values, workspaces }: PipelineScope): Lookup {
  const known = firstOf(paramLookup(values), boundLookup(spec, workspaces));
  if (prefix === "") return known;
  const names = new Set([...spec.tasks, ...(spec.finally ?? [])].map(({ name }) => name));
  const renamed: Lookup = ({ path: [room, name = "", ...rest], index }) =>
    room === "tasks" && names.has(name)
      ? formatReference([room, labelOf(prefix + name), ...rest], index)
      : undefined;
  return firstOf(known, renamed);
}

/** `$(workspaces.<workspace>.bound)` of those that the Pipeline declares, or is reached by. */
function boundLookup(spec: PipelineSpec, workspaces: PipelineScope["workspaces"]): Lookup {
  const names = new Set([...(spec.workspaces ?? []).map(({ name }) => name), ...workspaces.keys()]);
  return ({ path: [room, ...rest], index }) => {
    const name = rest.slice(0, -1).join(".");
    if (room !== "workspaces" || rest.at(-1) !== "bound" || index !== undefined) return undefined;
    return names.has(name) ? String(workspaces.has(name)) : undefined;
  };
}

/** What a task is given: by itself; and, where its spec is embedded (`open`), all that reaches the Pipeline. */
export function givenParams(
  task: PipelineTask,
  declared: readonly ParamSpec[],
  scope: PipelineScope,
  lookup: Lookup,
  open: boolean,
): readonly Param[] {
  const types = new Map(declared.map((spec) => [spec.name, typeOfParam(spec)]));
  const given = (task.params ?? []).map(({ name, value }) => ({
    name,
    value: whole(substituteValue(value, lookup), types.get(name)),
  }));
  if (!open) return given;
  const names = new Set([...given, ...(task.matrix?.params ?? [])].map(({ name }) => name));
  const more = [...scope.values].filter(([name]) => !names.has(name));
  return [
    ...given.map((one) => withKeysOf(one, scope.values)),
    ...more.map(([name, value]: readonly [string, ParamValue]) => ({ name, value })),
  ];
}

/** Keys that the task does not give are those of the object that reaches it by the same name. */
function withKeysOf({ name, value }: Param, values: Values): Param {
  const around = values.get(name);
  if (!isObject(value) || !isObject(around)) return { name, value };
  return { name, value: { ...around, ...value } };
}

/** Its workspaces → the run's; an optional one that nobody bound is left out. */
export function passedWorkspaces(
  task: PipelineTask,
  declared: NonNullable<TaskSpec["workspaces"] | PipelineSpec["workspaces"]>,
  scope: PipelineScope,
  lookup: Lookup,
  open: boolean,
): PassedWorkspaces {
  const given = new Map((task.workspaces ?? []).map((one) => [one.name, one]));
  return declared.flatMap(({ name }) => {
    const use: WorkspaceOfTask | undefined = given.get(name) ?? (open ? { name } : undefined);
    const target = scope.workspaces.get(use?.workspace ?? name);
    if (use === undefined || target === undefined) return [];
    return [{ name, workspace: target.workspace, ...directory(target.subPath, use.subPath, lookup) }];
  });
}

/** A result for a param that is a list or map is meant as a whole, with or without `[*]`. */
function whole(value: ParamValue, type: ParamType | undefined): ParamValue {
  const sole =
    typeof value === "string" && type !== "string" && type !== undefined ? soleReference(value) : undefined;
  if (sole === undefined || sole.index !== undefined || sole.path[0] !== "tasks") return value;
  return formatReference(sole.path, "*");
}

type WorkspaceOfTask = NonNullable<PipelineTask["workspaces"]>[number];

function directory(
  outer: string | undefined,
  own: string | undefined,
  lookup: Lookup,
): { readonly subPath?: string } {
  const parts = [outer ?? "", own === undefined ? "" : substituteText(own, lookup)].filter(
    (part) => part !== "",
  );
  return parts.length === 0 ? {} : { subPath: parts.join("/") };
}
