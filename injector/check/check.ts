// Check: what shapes cannot say. Every fault of every document at once, each at its place, with its cure.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { distinct } from "../diagnostics/distinct.ts";
import { isData, isKind, type Library, libraryOf, nameOf } from "../documents/library.ts";
import type { Loaded, LoadedDocument } from "../documents/load.ts";
import { type Faults, fault } from "./cursor.ts";
import { nameSyntax } from "./names.ts";
import { checkPipeline } from "./pipeline.ts";
import { checkPipelineRun } from "./pipeline-run.ts";
import { checkRefs, reachable } from "./refs.ts";
import { checkStepAction } from "./step-action.ts";
import { checkTask, NOTHING_AROUND } from "./task.ts";
import { checkTaskRun } from "./task-run.ts";

export interface CheckOptions {
  /** Values may still come: where something hangs on one that is not known, that is no fault. */
  readonly open?: boolean;
  /** Params of the run that whoever calls has given: their values are text, whatever they look like. */
  readonly given?: ReadonlySet<string>;
}

/** The faults of all given documents, and of those in libraries that they use. Those of `load` are not repeated. */
export function check(loaded: Loaded, options: CheckOptions = {}): readonly Diagnostic[] {
  const library = libraryOf(loaded);
  const { documents, unsaid } = reachable(loaded, library);
  const given = new Set(loaded.documents);
  return distinct([
    ...unsaid,
    ...sameNames(documents.filter((one) => given.has(one))),
    ...documents.flatMap((one) => [...checkDocument(one, library, options)]),
  ]);
}

function* checkDocument(document: LoadedDocument, library: Library, options: CheckOptions): Faults {
  yield* checkIdentity(document);
  yield* checkRefs(document, library, options.open ?? false);
  if (isKind(document, "Task"))
    yield* checkTask({ document, path: ["spec"] }, document.object.spec, NOTHING_AROUND, library);
  else if (isKind(document, "TaskRun")) yield* checkTaskRun(document, library);
  else if (isKind(document, "Pipeline"))
    yield* checkPipeline({ document, path: ["spec"] }, document.object.spec, NOTHING_AROUND, library);
  else if (isKind(document, "PipelineRun")) yield* checkPipelineRun(document, library, options.given);
  else if (isKind(document, "StepAction"))
    yield* checkStepAction({ document, path: ["spec"] }, document.object.spec);
}

/** Only runs may leave their name to `generateName`. */
function* checkIdentity(document: LoadedDocument): Faults {
  const { object } = document;
  const at = { document, path: ["metadata", "name"] };
  if (isData(object)) return;
  const isRun = object.kind === "TaskRun" || object.kind === "PipelineRun";
  const { name, generateName } = object.metadata;
  if (name !== undefined) yield* nameSyntax(at, "object", name);
  else if (isRun && generateName !== undefined) yield* generated(document, generateName);
  else
    yield fault(
      { document, path: ["metadata"] },
      "missing-name",
      `this ${object.kind} has no name`,
      isRun ? 'add "metadata.name" or "metadata.generateName"' : 'add "metadata.name"',
      "key",
    );
}

/** What stands in front of the letters that a cluster makes; of a long one it takes what fits. */
function* generated(document: LoadedDocument, prefix: string): Faults {
  const at = { document, path: ["metadata", "generateName"] };
  const [fault] = nameSyntax(at, "object", `${prefix.slice(0, 58)}x`);
  if (fault !== undefined)
    yield { ...fault, message: `${JSON.stringify(prefix)} cannot begin the name of an object` };
}

function* sameNames(documents: readonly LoadedDocument[]): Faults {
  const first = new Map<string, LoadedDocument>();
  for (const document of documents) {
    const { kind } = document.object;
    const name = nameOf(document.object);
    const key = `${kind}/${name}`;
    const other = first.get(key);
    if (other === undefined || name === "") first.set(key, document);
    else
      yield fault(
        { document, path: ["metadata", "name"] },
        "duplicate-object",
        `there are two ${kind}s named "${name}"; the other one is in ${other.file}:${other.place(["metadata", "name"]).line}`,
        "rename or remove one of them",
      );
  }
}
