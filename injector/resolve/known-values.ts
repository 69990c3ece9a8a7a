// Values that a run gives before it starts, put into references: `url: $(params.repository)` of a Pipeline (or of a Task's
// steps) is an address, `taskRef: {name: $(params.task)}` a Task, once it is known which run it is for.

import { UserError } from "../diagnostics/diagnostic.ts";
import { isKind, type Library, libraryOf } from "../documents/library.ts";
import type { Loaded, LoadedDocument } from "../documents/load.ts";
import type {
  ObjectRef,
  Param,
  ParamSpec,
  PipelineRunSpec,
  PipelineSpec,
  PipelineTask,
  TaskRunSpec,
  TaskSpec,
} from "../documents/spec.ts";
import { plainText, plainTree } from "../substitute/data.ts";
import { paramLookup, paramValues } from "../substitute/params.ts";
import { type Lookup, substituteDeep, substituteText } from "../substitute/text.ts";
import type { GivenParam } from "./given.ts";
import { pick } from "./pick.ts";
import { runDocument } from "./run-object.ts";

/** What is going to be run, as `resolve` is told. */
export interface RunChoice {
  readonly params?: readonly GivenParam[];
  readonly target?: string;
}

/** The same documents; where it is not clear what is run, exactly the same (`resolve` says why). */
export function withKnownValues(loaded: Loaded, { params = [], target }: RunChoice): Loaded {
  const picked = picking(loaded, target);
  if (picked === undefined) return loaded;
  const library = libraryOf(loaded);
  const { document } = runDocument(picked, library, { params, workspaces: [] });
  return isKind(document, "PipelineRun")
    ? inPipeline(loaded, picked, document.object.spec, library)
    : inTask(loaded, picked, document.object.spec, library);
}

function picking(loaded: Loaded, target: string | undefined): ReturnType<typeof pick> | undefined {
  try {
    return pick(loaded, target);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function inPipeline(loaded: Loaded, picked: LoadedDocument, run: PipelineRunSpec, library: Library): Loaded {
  const found = run.pipelineRef && library.resolve("Pipeline", run.pipelineRef);
  const spec = found?.object.spec ?? run.pipelineSpec;
  if (spec === undefined) return loaded;
  const known = pipelineWith(spec, lookupOf(spec.params, run.params));
  return replaced(loaded, found ?? picked, found === undefined ? { pipelineSpec: known } : known);
}

function inTask(loaded: Loaded, picked: LoadedDocument, run: TaskRunSpec, library: Library): Loaded {
  const found = run.taskRef && library.resolve("Task", run.taskRef);
  const spec = found?.object.spec ?? run.taskSpec;
  if (spec === undefined) return loaded;
  const known = taskWith(spec, lookupOf(spec.params, run.params));
  return replaced(loaded, found ?? picked, found === undefined ? { taskSpec: known } : known);
}

const lookupOf = (declared: readonly ParamSpec[] = [], given: readonly Param[] = []): Lookup =>
  paramLookup(paramValues(declared, given));

/** Tasks of a Pipeline that are written into it keep their steps' references: these speak of the Task's own params. */
function pipelineWith(spec: PipelineSpec, lookup: Lookup): PipelineSpec {
  const known = ({ taskRef, pipelineRef, ...task }: PipelineTask): PipelineTask => ({
    ...task,
    ...(taskRef && { taskRef: refWith(taskRef, lookup) }),
    ...(pipelineRef && { pipelineRef: refWith(pipelineRef, lookup) }),
  });
  return { ...spec, tasks: spec.tasks.map(known), ...(spec.finally && { finally: spec.finally.map(known) }) };
}

const taskWith = (spec: TaskSpec, lookup: Lookup): TaskSpec => ({
  ...spec,
  steps: spec.steps.map((step) =>
    step.ref === undefined ? step : { ...step, ref: refWith(step.ref, lookup) },
  ),
});

const refWith = (ref: ObjectRef, lookup: Lookup): ObjectRef => ({
  ...ref,
  ...(ref.name !== undefined && { name: plainText(substituteText(ref.name, lookup)) }),
  ...(ref.params && { params: plainTree(substituteDeep(ref.params, lookup)) }),
});

/** The document with these fields of its spec, wherever it came from. */
function replaced(loaded: Loaded, document: LoadedDocument, fields: object): Loaded {
  const swap = (one: LoadedDocument): LoadedDocument => {
    if (one !== document || !("spec" in one.object)) return one;
    return {
      ...one,
      object: { ...one.object, spec: { ...one.object.spec, ...fields } } as typeof one.object,
    };
  };
  const fetched =
    loaded.fetched && new Map([...loaded.fetched].map(([key, documents]) => [key, documents.map(swap)]));
  return { ...loaded, documents: loaded.documents.map(swap), ...(fetched && { fetched }) };
}
