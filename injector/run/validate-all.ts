// Everything that can be told of texts without running them: their documents, and of every run among them what becomes of
// its values. What hangs on values that nobody has given is left open.

import { check } from "../check/check.ts";
import { type Diagnostic, UserError } from "../diagnostics/diagnostic.ts";
import { distinct } from "../diagnostics/distinct.ts";
import { defined } from "../documents/defined.ts";
import { isData } from "../documents/library.ts";
import type { Loaded, SourceText } from "../documents/load.ts";
import { bindRun } from "../plan/bind/run.ts";
import { loadAll, type References } from "../references/load-all.ts";
import { label } from "../resolve/pick.ts";
import { type ResolveOptions, resolve } from "../resolve/resolve.ts";

export interface Validated {
  readonly diagnostics: readonly Diagnostic[];
  /** What was looked at, in words. */
  readonly seen: string;
}

/** Throws UserError for what could not be had. */
export async function validateAll(
  texts: readonly SourceText[],
  request: ResolveOptions = {},
  references: References = {},
): Promise<Validated> {
  const choice = defined({ params: request.params, target: request.target });
  const loaded = await loadAll(texts, references, choice);
  const diagnostics = [...loaded.diagnostics, ...check(loaded, { open: true })];
  const isWrong = diagnostics.some(({ severity }) => severity === "error");
  const more = isWrong
    ? []
    : targetsOf(loaded, request).flatMap((target) => ofRun(loaded, { ...request, ...target }));
  return { diagnostics: distinct([...diagnostics, ...more]), seen: seenIn(loaded) };
}

/** Every run that is written down; where values are given, what they are given to. */
function targetsOf(loaded: Loaded, { params = [], workspaces = [], target }: ResolveOptions) {
  if (target !== undefined || params.length > 0 || workspaces.length > 0) return [{}];
  return loaded.documents.flatMap(({ object, library }) =>
    !library && (object.kind === "TaskRun" || object.kind === "PipelineRun")
      ? [{ target: label({ object } as Parameters<typeof label>[0]) }]
      : [],
  );
}

function ofRun(loaded: Loaded, request: ResolveOptions): readonly Diagnostic[] {
  try {
    bindRun(resolve(loaded, request), {});
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics;
    throw error;
  }
}

function seenIn({ documents }: Loaded): string {
  const names = documents.flatMap(({ object, library }) => {
    if (library) return [];
    return isData(object)
      ? [`${object.kind} "${object.name}"`]
      : [`${object.kind} "${object.metadata.name ?? object.metadata.generateName ?? ""}"`];
  });
  if (names.length === 0) return "what was given, in which there is nothing to run";
  return names.length > 10
    ? `${names.slice(0, 10).join(", ")} and ${names.length - 10} more`
    : names.join(", ");
}
