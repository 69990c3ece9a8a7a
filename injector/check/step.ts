// One step: what it may say together, and what not.

import { parseDuration } from "../../entrypoint/protocol/index.ts";
import { listed, suggestion } from "../nearest.ts";
import type { ContainerFields, StepSpec, WhenExpression } from "../spec.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import { nameSyntax } from "./names.ts";

export function* checkStep(cursor: Cursor, step: StepSpec): Faults {
  yield* nameSyntax(within(cursor, "name"), "step", step.name);
  yield* checkContainer(cursor, step);
  if (step.ref === undefined) yield* checkInline(cursor, step);
  else yield* checkRef(cursor, step);
  yield* checkDuration(within(cursor, "timeout"), step.timeout);
  yield* checkOnError(within(cursor, "onError"), step.onError, STEP_ENDINGS);
  yield* checkWhen(within(cursor, "when"), step.when);
  yield* duplicates(within(cursor, "results"), step.results ?? [], "result");
  for (const [index, { name }] of (step.results ?? []).entries())
    yield* nameSyntax(within(cursor, "results", index, "name"), "result", name);
}

/** What steps, sidecars, StepActions and step templates have in common. */
export function* checkContainer(cursor: Cursor, container: ContainerFields): Faults {
  if (container.script !== undefined && (container.command?.length ?? 0) > 0)
    yield fault(
      within(cursor, "script"),
      "script-and-command",
      "a script and a command exclude each other",
      'keep one of them; words for the script go into "args"',
      "key",
    );
  for (const [index, mount] of (container.volumeMounts ?? []).entries())
    yield* checkMount(within(cursor, "volumeMounts", index), mount);
  yield* checkPullPolicy(within(cursor, "imagePullPolicy"), container.imagePullPolicy);
}

export function* checkDuration(cursor: Cursor, text: string | undefined): Faults {
  if (text === undefined || text.includes("$(")) return;
  const value = parseDuration(text);
  if (value === undefined)
    yield fault(
      cursor,
      "bad-duration",
      `"${text}" is not a duration`,
      'write it like "90s", "5m" or "1h30m"',
    );
  else if (value < 0)
    yield fault(
      cursor,
      "bad-duration",
      "a timeout cannot be negative",
      'write it like "90s", or "0" for none',
    );
}

/** Baton's endings of a step; Tekton has the first two. */
const STEP_ENDINGS = ["continue", "stopAndFail", "continueAndFail", "stopAndSucceed"];

export function* checkOnError(cursor: Cursor, value: string | undefined, allowed: readonly string[]): Faults {
  if (value === undefined || value.includes("$(") || allowed.includes(value)) return;
  yield fault(
    cursor,
    "wrong-value",
    `onError cannot be "${value}"`,
    suggestion(value, allowed, "choose another value"),
  );
}

export function* checkWhen(cursor: Cursor, when: readonly WhenExpression[] = []): Faults {
  for (const [index, { input, operator, values, cel }] of when.entries()) {
    const here = within(cursor, index);
    const plain = input !== undefined || operator !== undefined || values !== undefined;
    if (cel !== undefined && plain)
      yield fault(
        here,
        "bad-when",
        '"cel" stands alone in a when expression',
        "make it an expression of its own",
      );
    if (cel === undefined && (input === undefined || operator === undefined || values === undefined))
      yield fault(
        here,
        "bad-when",
        "a when expression needs input, operator and values",
        "add what is missing, or use cel",
      );
    if (values?.length === 0)
      yield fault(
        within(here, "values"),
        "bad-when",
        "there is no value to compare with",
        "add at least one",
      );
  }
}

// --- Internal helpers ---

function* checkInline(cursor: Cursor, step: StepSpec): Faults {
  if (step.params !== undefined)
    yield fault(
      within(cursor, "params"),
      "params-without-ref",
      'a step has params only together with "ref"',
      "declare them as params of the Task",
      "key",
    );
}

/** A reference brings these along; the step cannot have its own. */
const FROM_REF = [
  "image",
  "command",
  "args",
  "script",
  "env",
  "workingDir",
  "volumeMounts",
  "results",
] as const;
/** And these belong to a container, of which a Task has several. */
const NOT_FOR_TASK = [
  ...FROM_REF,
  "envFrom",
  "computeResources",
  "securityContext",
  "imagePullPolicy",
  "volumeDevices",
  "stdoutConfig",
  "stderrConfig",
] as const;

function* checkRef(cursor: Cursor, step: StepSpec): Faults {
  const isTask = step.ref?.kind === "Task";
  const what = isTask ? "Task" : "StepAction";
  const forbidden = isTask ? NOT_FOR_TASK : FROM_REF;
  for (const field of forbidden.filter((name) => step[name] !== undefined))
    yield fault(
      within(cursor, field),
      "field-with-ref",
      `"${field}" comes from the ${what} that "ref" names`,
      `remove it here, or make it a param of the ${what}`,
      "key",
    );
  const { kind } = step.ref ?? {};
  if (kind !== undefined && kind !== "Task" && kind !== "StepAction")
    yield fault(
      within(cursor, "ref", "kind"),
      "wrong-value",
      `a step cannot refer to a ${kind}`,
      `use ${listed(["StepAction", "Task"])}`,
    );
  if (isTask && step.name === undefined)
    yield fault(
      cursor,
      "unnamed-task-step",
      "a Task as a step needs a name",
      'add "name: …": its steps are prefixed with it',
    );
}

function* checkMount(cursor: Cursor, mount: Readonly<Record<string, unknown>>): Faults {
  const { name, mountPath } = mount;
  if (typeof mountPath === "string" && isForbidden(mountPath))
    yield fault(
      within(cursor, "mountPath"),
      "forbidden-mount",
      `"${mountPath}" is used for the run itself`,
      "mount it elsewhere (of /tekton only /tekton/home is free)",
    );
  if (typeof name === "string" && name.startsWith("tekton-internal-"))
    yield fault(
      within(cursor, "name"),
      "reserved-volume",
      `"${name}" is a reserved volume name`,
      'use a name that does not begin with "tekton-internal-"',
    );
}

const isForbidden = (path: string): boolean =>
  (path === "/tekton" || path.startsWith("/tekton/")) &&
  path !== "/tekton/home" &&
  !path.startsWith("/tekton/home/");

function* checkPullPolicy(cursor: Cursor, policy: string | undefined): Faults {
  const allowed = ["Always", "IfNotPresent", "Never"];
  if (policy === undefined || policy.includes("$(") || allowed.includes(policy)) return;
  yield fault(
    cursor,
    "wrong-value",
    `imagePullPolicy cannot be "${policy}"`,
    suggestion(policy, allowed, "choose another value"),
  );
}
