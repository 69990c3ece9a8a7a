// Whether there is what a reference names: by its namespace, among the names that are known where it stands.

import type { Reference } from "../../entrypoint/protocol/index.ts";
import type { Cursor, Faults } from "./cursor.ts";
import { known } from "./known.ts";
import type { Names } from "./known-names.ts";
import { checkParam } from "./param-references.ts";
import { checkStepReference } from "./step-references.ts";
import { checkTaskReference } from "./task-references.ts";

/** The form of the reference is right, and it may stand where it does. */
export function* checkNames(at: Cursor, reference: Reference, names: Names): Faults {
  const [namespace = "", ...rest] = reference.path;
  if (Object.hasOwn(BY_NAMESPACE, namespace))
    yield* BY_NAMESPACE[namespace]?.(at, reference, rest, names) ?? [];
}

type Check = (at: Cursor, reference: Reference, rest: readonly string[], names: Names) => Faults;

const BY_NAMESPACE: Readonly<Record<string, Check>> = {
  params: (at, reference, rest, names) => checkParam(at, reference, rest, names.params),
  inputs: (at, reference, rest, names) =>
    rest[0] === "params"
      ? checkParam(at, reference, rest.slice(1), names.params)
      : checkPath(at, reference, rest, "inputs", names),
  outputs: (at, reference, rest, names) => checkPath(at, reference, rest, "outputs", names),
  workspaces: (at, reference, rest, { workspaces }) =>
    workspaces === undefined
      ? []
      : mildly(
          at,
          rest.at(-1),
          known(at, reference, rest.slice(0, -1).join("."), workspaces, "there is no workspace"),
        ),
  results: (at, reference, rest, { results }) =>
    results === undefined
      ? []
      : known(at, reference, rest.slice(0, -1).join("."), results, "the Task has no result"),
  step: (at, reference, rest, { stepResults }) =>
    stepResults === undefined || rest[0] !== "results"
      ? []
      : known(at, reference, rest.slice(1, -1).join("."), stepResults, "this step has no result"),
  steps: (at, reference, rest, { steps }) =>
    steps === undefined ? [] : checkStepReference(at, reference, rest, steps),
  tasks: (at, reference, rest, { tasks }) =>
    tasks === undefined ? [] : checkTaskReference(at, reference, rest, tasks.tasks),
  finally: (at, reference, rest, { tasks }) =>
    tasks === undefined ? [] : checkTaskReference(at, reference, rest, tasks.finally),
};

/** `$(inputs.x.path)`: a StepAction does not know what its steps have. */
const checkPath = (
  at: Cursor,
  reference: Reference,
  [name = ""]: readonly string[],
  list: "inputs" | "outputs",
  { artifacts }: Names,
): Faults =>
  artifacts === undefined
    ? []
    : known(
        at,
        reference,
        name,
        (artifacts[list] ?? []).map((one) => one.name),
        `this step has no ${list.slice(0, -1)}`,
      );

/** Whether it is bound can be told of any. Of others Tekton's catalog has some in scripts, where they are never reached. */
function* mildly(at: Cursor, fact: string | undefined, faults: Faults): Faults {
  const isMild = fact === "bound" || at.path.some((part) => part === "script" || part === "args");
  for (const one of faults) yield isMild ? { ...one, severity: "warning" } : one;
}
