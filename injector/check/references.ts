// `$(…)` references in the texts of a Task: is there what they name? What is no reference of ours stays the shell's.

import { type Reference, referencesIn } from "../../entrypoint/protocol/index.ts";
import type { Artifacts, ParamSpec } from "../documents/spec.ts";
import type { Cursor, Faults } from "./cursor.ts";
import { known } from "./known.ts";
import { checkParam } from "./param-references.ts";
import { checkStepReference, type Steps } from "./step-references.ts";
import { textsAt } from "./texts.ts";

/** What texts may refer to. `undefined` for a param says that it exists but nothing is known of its type. */
export interface Names {
  readonly params: ReadonlyMap<string, ParamSpec | undefined>;
  readonly workspaces?: ReadonlySet<string>;
  /** The Task's results. */
  readonly results?: ReadonlySet<string>;
  /** The step's own results. */
  readonly stepResults?: ReadonlySet<string>;
  readonly steps?: Steps;
  /** Inputs and outputs of the step. */
  readonly artifacts?: Artifacts;
}

/** All texts in `value` (of any shape), each at its own place. */
export function* checkReferences(cursor: Cursor, value: unknown, names: Names): Faults {
  for (const { at, text } of textsAt(cursor, value))
    for (const reference of referencesIn(text)) yield* checkReference(at, reference, names);
}

export function* checkReference(at: Cursor, reference: Reference, names: Names): Faults {
  const [room = "", ...rest] = reference.path;
  if (Object.hasOwn(ROOMS, room)) yield* ROOMS[room]?.(at, reference, rest, names) ?? [];
}

type Check = (at: Cursor, reference: Reference, rest: readonly string[], names: Names) => Faults;

/** By the first word of a reference; any other first word is the shell's. */
const ROOMS: Readonly<Record<string, Check>> = {
  params: (at, reference, rest, names) => checkParam(at, reference, rest, names.params),
  inputs: (at, reference, rest, names) =>
    rest[0] === "params"
      ? checkParam(at, reference, rest.slice(1), names.params)
      : checkPath(at, reference, rest, "input", names.artifacts?.inputs),
  outputs: (at, reference, rest, { artifacts }) =>
    checkPath(at, reference, rest, "output", artifacts?.outputs),
  context: (at, reference, rest) =>
    known(at, reference, rest.join("."), CONTEXT, "there is no context variable"),
  workspaces: (at, reference, [name = "", fact = ""], { workspaces }) =>
    workspaces !== undefined && WORKSPACE_FACTS.includes(fact)
      ? asWarnings(known(at, reference, name, workspaces, "the Task has no workspace"))
      : [],
  results: (at, reference, rest, { results }) =>
    results !== undefined && rest.length > 1 && rest.at(-1) === "path"
      ? known(at, reference, rest.slice(0, -1).join("."), results, "the Task has no result")
      : [],
  step: (at, reference, rest, { stepResults }) =>
    stepResults !== undefined && rest[0] === "results" && rest.at(-1) === "path"
      ? known(at, reference, rest.slice(1, -1).join("."), stepResults, "this step has no result")
      : [],
  steps: (at, reference, rest, { steps }) =>
    steps === undefined ? [] : checkStepReference(at, reference, rest, steps),
};

/** `$(inputs.x.path)`: where artifacts are declared; elsewhere it is the shell's, or something very old. */
const checkPath = (
  at: Cursor,
  reference: Reference,
  [name = "", field, more]: readonly string[],
  what: string,
  declared: readonly { readonly name: string }[] | undefined,
): Faults =>
  declared !== undefined && field === "path" && more === undefined
    ? known(
        at,
        reference,
        name,
        declared.map((one) => one.name),
        `this step has no ${what}`,
      )
    : [];

/** Tekton leaves such a reference as it is, and Tasks of its catalog have some. */
function* asWarnings(faults: Faults): Faults {
  for (const one of faults) yield { ...one, severity: "warning" };
}

const WORKSPACE_FACTS = ["path", "bound", "claim", "volume"];

const CONTEXT = [
  "taskRun.name",
  "taskRun.namespace",
  "taskRun.uid",
  "task.name",
  "task.retry-count",
  "pipelineRun.name",
  "pipelineRun.namespace",
  "pipelineRun.uid",
  "pipeline.name",
  "pipelineTask.retries",
];
