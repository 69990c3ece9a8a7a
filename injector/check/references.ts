// `$(…)` references in the texts of a Task: is there what they name? What is no reference of ours stays the shell's.

import { type Reference, referencesIn } from "../../entrypoint/protocol/index.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { suggestion } from "../nearest.ts";
import { keysOf, typeOfParam } from "../param-types.ts";
import type { ParamSpec } from "../spec.ts";
import { type Cursor, type Faults, fault } from "./cursor.ts";
import { textsAt } from "./texts.ts";

/** What texts may refer to. `undefined` for a param says that it exists but nothing is known of its type. */
export interface Names {
  readonly params: ReadonlyMap<string, ParamSpec | undefined>;
  readonly workspaces?: ReadonlySet<string>;
  /** The Task's results. */
  readonly results?: ReadonlySet<string>;
  /** The step's own results. */
  readonly stepResults?: ReadonlySet<string>;
  /** Steps that can be referred to, with their results where these are known. */
  readonly steps?: ReadonlyMap<string, ReadonlySet<string> | undefined>;
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

/** Fails where `name` is not among `there`; `missing` reads like "there is no param". */
export function* known(
  at: Cursor,
  reference: Reference,
  name: string,
  there: Iterable<string>,
  missing: string,
): Faults {
  const all = [...there];
  if (all.includes(name)) return;
  yield fault(
    at,
    "unknown-reference",
    `${reference.raw}: ${missing} "${name}"`,
    suggestion(name, all, all.length === 0 ? "remove it, or declare it" : "use one that is there"),
    { text: reference.raw },
  );
}

// --- Internal helpers ---

type Check = (at: Cursor, reference: Reference, rest: readonly string[], names: Names) => Faults;

/** By the first word of a reference; any other first word is the shell's. */
const ROOMS: Readonly<Record<string, Check>> = {
  params: (at, reference, rest, names) => checkParam(at, reference, rest, names),
  inputs: (at, reference, rest, names) =>
    rest[0] === "params" ? checkParam(at, reference, rest.slice(1), names) : [],
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
  steps: (at, reference, rest, names) => checkStepReference(at, reference, rest, names),
};

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

function* checkParam(at: Cursor, reference: Reference, parts: readonly string[], names: Names): Faults {
  const whole = parts.join(".");
  if (names.params.has(whole)) {
    yield* checkUse(at, reference, names.params.get(whole), undefined);
    return;
  }
  const owner = parts.slice(0, -1).join(".");
  const spec = names.params.get(owner);
  if (owner !== "" && names.params.has(owner)) yield* checkUse(at, reference, spec, parts.at(-1));
  else yield* known(at, reference, whole, names.params.keys(), "there is no param");
}

/** `.key` is for objects, `[i]` for arrays, `[*]` for both; a whole one needs a place of its own. */
function* checkUse(
  at: Cursor,
  reference: Reference,
  spec: ParamSpec | undefined,
  key: string | undefined,
): Faults {
  if (spec === undefined) return;
  const type = typeOfParam(spec);
  const { index } = reference;
  const plain = `write $(params.${spec.name})`;
  const wrong = (problem: string, cure: string) =>
    fault(
      at,
      "wrong-reference",
      `${reference.raw}: param "${spec.name}" is of type ${type}${problem}`,
      cure,
      { text: reference.raw },
    );
  if (key !== undefined && type !== "object") yield wrong(" and has no keys", plain);
  else if (key !== undefined) yield* checkKey(at, reference, spec, key);
  else if (type === "string" && index !== undefined) yield wrong("", plain);
  else if (type === "object" && typeof index === "number") yield wrong("", "name a key of it");
  else if (type !== "string" && typeof index !== "number" && !standsAlone(at, reference))
    yield wrong(" and cannot stand here", ALONE[type]);
}

function checkKey(at: Cursor, reference: Reference, spec: ParamSpec, key: string): Faults {
  const keys = keysOf(spec);
  return keys.length === 0 ? [] : known(at, reference, key, keys, `param "${spec.name}" has no key`);
}

const ALONE = {
  array: "make it a list item of its own, or take one item: $(params.<name>[0])",
  object: "take one value of it: $(params.<name>.<key>)",
} as const;

/** A whole list or map may be an item of a list, or the value of a param, with nothing beside it. */
function standsAlone(at: Cursor, reference: Reference): boolean {
  const last = at.path.at(-1);
  return (
    at.text?.trim() === reference.raw &&
    (typeof last === "number" || (last === "value" && at.path.at(-3) !== "env"))
  );
}

/** Nobody replaces it there, in Tekton either: what a step results in would be run as shell. */
const inScript = (at: Cursor, reference: Reference): Diagnostic => ({
  ...fault(
    at,
    "reference-in-script",
    `${reference.raw}: results of steps are not put into scripts`,
    "pass it by an environment variable: add it to env, and use the variable in the script",
    { text: reference.raw },
  ),
  severity: "warning",
});

function* checkStepReference(
  at: Cursor,
  reference: Reference,
  parts: readonly string[],
  names: Names,
): Faults {
  const [step = "", field, ...rest] = parts;
  if (names.steps === undefined) return;
  if (field === "exitCode" && rest[0] === "path") {
    const containers = [...names.steps.keys()].map((name) => `step-${name}`);
    yield* known(at, reference, step, containers, "there is no step");
  }
  if (field !== "results" || rest.length === 0) return;
  if (at.path.at(-1) === "script") {
    yield inScript(at, reference);
    return;
  }
  yield* known(at, reference, step, names.steps.keys(), "no step before this one is named");
  const results = names.steps.get(step);
  if (results === undefined) return;
  const name = rest.join(".");
  // The last word may be a key of an object result.
  if (!results.has(rest.slice(0, -1).join(".")))
    yield* known(at, reference, name, results, `step "${step}" has no result`);
}
