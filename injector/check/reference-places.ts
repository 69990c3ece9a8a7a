// Where in an object a reference stands: whether the shell could have meant it, and whether it is answered there.

import type { Reference } from "../../entrypoint/protocol/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { listed } from "../diagnostics/nearest.ts";
import { stepField } from "../documents/step-fields.ts";
import type { Scope, Variable } from "../documents/variables.ts";
import { type Cursor, fault } from "./cursor.ts";
import { textAt, wrongReference } from "./known.ts";

/** `$(deploy.sh)`: two words in what a shell reads may be a command. */
export const isShells = ({ path }: Cursor, reference: Reference): boolean =>
  reference.path.length === 2 &&
  reference.index === undefined &&
  reference.path[0] !== "results" &&
  path.some((part) => part === "script" || part === "args" || part === "command");

/** What a step's entrypoint answers when its turn comes stands only where the entrypoint looks. */
export function misplacedTurn(at: Cursor, reference: Reference, { path }: Variable): Diagnostic | undefined {
  const field = fieldOfStep(at);
  if (!path.startsWith("steps.") || path.endsWith(".exitCode.path") || field === undefined) return undefined;
  const isArtifact = !path.includes(".results.");
  if (field === "script" && !isArtifact)
    return fault(
      at,
      "reference-in-script",
      `${reference.raw}: results of steps are not put into scripts`,
      "pass it by an environment variable: add it to env, and use the variable in the script",
      textAt(at, reference.raw),
    );
  const isAtTurn =
    field === "params" || (stepField(field)?.answered === "turn" && !at.path.includes("valueFrom"));
  if (isAtTurn) return undefined;
  return wrongReference(
    at,
    reference,
    `what steps leave is known when this step's turn comes, and its ${field} must be known before`,
    "use it in command, args, env or when",
  );
}

/** `steps, 0, image`: image. */
function fieldOfStep({ path }: Cursor): string | undefined {
  const field = path[path.lastIndexOf("steps") + 2];
  return path.includes("steps") && typeof field === "string" ? field : undefined;
}

/** A variable that is one elsewhere: what is wrong with it here, and where it would be right. */
export function notKnownHere(at: Cursor, reference: Reference, variables: readonly Variable[]): Diagnostic {
  const scopes = [...new Set(variables.flatMap((one) => one.in))];
  const [problem, cure] = scopes.includes("pipeline")
    ? ["this is not known here", `use it in ${placesOf(scopes)}, and hand it on as a param`]
    : scopes.includes("finally")
      ? ["how tasks ended is only known in finally", "move this task to finally, or use a result"]
      : scopes[0] === "pipelineResult"
        ? ["results of final tasks can only be results of the Pipeline", "remove it"]
        : ["this is not known here", `use it in ${placesOf(scopes)}, or hand it on as a param`];
  return wrongReference(at, reference, problem, cure);
}

const placesOf = (scopes: readonly Scope[]): string =>
  listed([...new Set(scopes.map((scope) => SAID[scope]))]).replaceAll('"', "");

const SAID: Readonly<Record<Scope, string>> = {
  step: "steps of a Task",
  task: "a Task",
  mount: "a Task",
  action: "a StepAction",
  taskResult: "the value of a Task's result",
  pipeline: "tasks of a Pipeline",
  finally: "tasks of finally",
  pipelineResult: "the results of a Pipeline",
  reference: "a reference",
  taskRun: "a TaskRun",
  pipelineRun: "a PipelineRun",
};
