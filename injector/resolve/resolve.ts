// Resolve: picks what is to run, follows every reference, applies every default. Pure; what it needs has been loaded
// (and, for references with a resolver, fetched) before.

import { createHash } from "node:crypto";
import { check } from "../check/check.ts";
import { reachable } from "../check/refs.ts";
import { type Diagnostic, UserError } from "../diagnostics/diagnostic.ts";
import { distinct } from "../diagnostics/distinct.ts";
import { isData, isKind, libraryOf } from "../documents/library.ts";
import type { Loaded } from "../documents/load.ts";
import type { WorkspaceBinding } from "../documents/spec.ts";
import { plainTree } from "../substitute/data.ts";
import type { GivenParam } from "./given.ts";
import { withKnownValues } from "./known-values.ts";
import { label, pick } from "./pick.ts";
import { resolvedPipelineRun } from "./pipeline-run.ts";
import { placeIn } from "./places.ts";
import type { ResolvedRun } from "./resolved.ts";
import { type RunDocument, runDocument } from "./run-object.ts";
import { withRunValues } from "./run-values.ts";
import { labelOf } from "./task.ts";
import { resolvedTaskRun } from "./task-run.ts";

export interface ResolveOptions {
  /** Values by `-p`; they win over those of a run. */
  readonly params?: readonly GivenParam[];
  /** Bindings by `-w`; they win over those of a run. */
  readonly workspaces?: readonly WorkspaceBinding[];
  /** `name` or `Kind/name` of what to run, where there is a choice. */
  readonly target?: string;
  /** Params and workspaces without a value get a stand-in: enough to draw what would run, and no more. */
  readonly standIns?: boolean;
  /** What follows `generateName`; by default it is derived from the run, so that the same input has the same name. */
  readonly suffix?: string;
  /** `$(context.….namespace)` where the run has none; "default" otherwise. */
  readonly namespace?: string;
}

/** Throws UserError with everything that `load`, `check` and the given options have against it. */
export function resolve(given: Loaded, options: ResolveOptions = {}): ResolvedRun {
  if (given.diagnostics.some(({ severity }) => severity === "error"))
    throw new UserError(distinct([...given.diagnostics, ...check(given, { open: true })]));
  const loaded = withKnownValues(given, options);
  const picked = pick(loaded, options.target);
  const flags = {
    params: options.params ?? [],
    workspaces: options.workspaces ?? [],
    standIns: options.standIns === true,
  };
  const { document, faults } = runDocument(picked, libraryOf(loaded), flags);
  refuse(faults);
  const others = loaded.documents.filter(
    (one) => one !== picked || picked.object.kind !== document.object.kind,
  );
  const complete: Loaded = { ...loaded, documents: [...others, document] };
  const checked = check(complete, { given: new Set(flags.params.map(({ name }) => name)) });
  refuse(checked);
  return {
    ...resolvedRun(document, complete, options),
    target: label(picked),
    sources: sourcesOf(complete),
    ...(flags.standIns && { standIns: true as const }),
    warnings: [...given.diagnostics, ...faults, ...checked],
  };
}

/** Warnings do not stop a run. */
function refuse(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ severity }) => severity === "error")) throw new UserError(diagnostics);
}

/** The texts that were given, and those of the library that they lead to. */
function sourcesOf(loaded: Loaded): ResolvedRun["sources"] {
  const used = new Set(reachable(loaded, libraryOf(loaded)).documents.map(({ file }) => file));
  return loaded.sources.flatMap(({ library, ...source }) =>
    library === true && !used.has(source.name) ? [] : source,
  );
}

function resolvedRun(
  document: RunDocument,
  loaded: Loaded,
  options: ResolveOptions,
): Omit<ResolvedRun, "target" | "sources"> {
  const library = libraryOf(loaded);
  const name = runName(document, options.suffix);
  const namespace = document.object.metadata.namespace ?? options.namespace ?? "default";
  const context = contextOf(document.object.kind, name, namespace);
  const valued = withRunValues(document, library, context);
  const { object, file } = valued;
  const part = isKind(valued, "TaskRun")
    ? resolvedTaskRun(valued, name, library)
    : resolvedPipelineRun(valued, name, library, context);
  return {
    name,
    source: { kind: object.kind, name, file },
    params: plainTree(Object.fromEntries(part.params)),
    workspaces: Object.fromEntries((object.spec.workspaces ?? []).map((binding) => [binding.name, binding])),
    ...part.run,
    data: loaded.documents.flatMap((one) => (isData(one.object) ? [one.object] : [])),
    context: { ...part.context, ...context },
    place: placeIn(part.origins),
  };
}

/** A DNS label: `generateName` gets the suffix, dots become hyphens. */
function runName({ object }: RunDocument, suffix: string | undefined): string {
  const { name, generateName = "" } = object.metadata;
  if (name !== undefined) return labelOf(name);
  return labelOf(`${generateName}${suffix ?? digest(JSON.stringify(object.spec)).slice(0, 5)}`);
}

function contextOf(
  kind: RunDocument["object"]["kind"],
  name: string,
  namespace: string,
): ResolvedRun["context"] {
  const run = kind === "TaskRun" ? "taskRun" : "pipelineRun";
  return {
    [`${run}.name`]: name,
    [`${run}.namespace`]: namespace,
    [`${run}.uid`]: uid(`${namespace}/${kind}/${name}`),
  };
}

/** The same run has the same uid, so that output stays the same; formed like a name-based UUID. */
function uid(text: string): string {
  const hex = digest(text);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
