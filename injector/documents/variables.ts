// All variables: what can stand between `$(` and `)`, where it means something, and when it is answered. Check, the page
// docs/variables.md and its test are made from this list.

import { CONTEXTS, type ContextName } from "./contexts.ts";

/** Where a text stands, as far as it decides about what the text may speak of. */
export type Scope =
  /** A step of a Task. */
  | "step"
  /** What a Task has once: sidecars, volumes, the template of its steps. */
  | "task"
  /** Where a Task's workspace is mounted: by then its params are known, and nothing else of it. */
  | "mount"
  /** A StepAction, which knows nothing of the Task it is used in. */
  | "action"
  /** The value of a Task's result. */
  | "taskResult"
  /** A task of a Pipeline, before the others are over … */
  | "pipeline"
  /** … and when they are. */
  | "finally"
  /** The value of a Pipeline's result. */
  | "pipelineResult"
  /** What says where a Task or StepAction is, which must be known before anything else is. */
  | "reference"
  /** What a TaskRun or PipelineRun binds and asks for. */
  | "taskRun"
  | "pipelineRun";

export interface Variable {
  /** Words with dots between; `<name>` stands for a name, which may have dots of its own. */
  readonly path: string;
  readonly in: readonly Scope[];
  /** `plan`: before anything runs. `turn`: by the step's entrypoint when its turn comes. */
  readonly answered: "plan" | "turn";
  readonly words: string;
}

const TASK: readonly Scope[] = ["step", "task"];
const PIPELINE: readonly Scope[] = ["pipeline", "finally"];
const RUN: readonly Scope[] = ["taskRun", "pipelineRun"];

/** Contexts of a TaskRun reach its Task, those of a PipelineRun its Pipeline and the Tasks in it. */
const CONTEXT_SCOPES: Readonly<Record<ContextName, readonly Scope[]>> = {
  "taskRun.name": [...TASK, "mount", "action", "taskRun"],
  "taskRun.namespace": [...TASK, "mount", "action", "taskRun"],
  "taskRun.uid": [...TASK, "mount", "action", "taskRun"],
  "task.name": [...TASK, "mount", "action"],
  "task.retry-count": [...TASK, "mount", "action"],
  "pipelineRun.name": [...PIPELINE, ...TASK, "mount", "action", "pipelineResult", "pipelineRun"],
  "pipelineRun.namespace": [...PIPELINE, ...TASK, "mount", "action", "pipelineResult", "pipelineRun"],
  "pipelineRun.uid": [...PIPELINE, ...TASK, "mount", "action", "pipelineResult", "pipelineRun"],
  "pipeline.name": [...PIPELINE, ...TASK, "mount", "action", "pipelineResult", "pipelineRun"],
  "pipelineTask.retries": [...TASK, "mount", "action"],
};

export const VARIABLES: readonly Variable[] = [
  {
    ...{ path: "params.<param>", answered: "plan" },
    in: [...TASK, "mount", "action", ...PIPELINE, "pipelineResult", "reference", ...RUN],
    words:
      "the value of a param; `[*]` all of a list or map, `[i]` one item of a list, `.<key>` one value of a map",
  },
  {
    ...{ path: "inputs.params.<param>", in: [...TASK, "mount", "action"], answered: "plan" },
    words: "the same, as it was once written",
  },
  ...Object.entries(CONTEXTS).map(
    ([name, words]): Variable => ({
      path: `context.${name}`,
      in: CONTEXT_SCOPES[name as ContextName],
      answered: name === "task.retry-count" ? "turn" : "plan",
      words,
    }),
  ),
  {
    ...{ path: "workspaces.<workspace>.bound", in: [...TASK, "action", ...PIPELINE], answered: "plan" },
    words: "`true`, or `false` where an optional workspace was not given",
  },
  {
    ...{ path: "workspaces.<workspace>.path", in: [...TASK, "action"], answered: "plan" },
    words: "the directory it is mounted at; empty where an optional workspace was not given",
  },
  {
    ...{ path: "workspaces.<workspace>.claim", in: [...TASK, "action"], answered: "plan" },
    words: "the name of the claim behind it; empty where there is none",
  },
  {
    ...{ path: "workspaces.<workspace>.volume", in: [...TASK, "action"], answered: "plan" },
    words: "the name of the volume behind it",
  },
  {
    ...{ path: "results.<result>.path", in: [...TASK, "action"], answered: "plan" },
    words: "the file that a result of the Task is written to",
  },
  {
    ...{ path: "step.results.<result>.path", in: ["step", "action"], answered: "plan" },
    words: "the file that a result of the step is written to",
  },
  {
    ...{ path: "step.artifacts.path", in: ["step", "action"], answered: "plan" },
    words: "the file that the step describes its artifacts in",
  },
  {
    ...{ path: "artifacts.path", in: [...TASK, "action"], answered: "plan" },
    words: "the file that the Task describes its artifacts in",
  },
  {
    ...{ path: "credentials.path", in: [...TASK, "action"], answered: "plan" },
    words: "the directory of credentials from annotated Secrets",
  },
  {
    ...{ path: "inputs.<artifact>.path", in: ["step", "action"], answered: "plan" },
    words: "where data is that the step is given (baton.run/v1alpha1)",
  },
  {
    ...{ path: "outputs.<artifact>.path", in: ["step", "action"], answered: "plan" },
    words: "where data is that the step leaves (baton.run/v1alpha1)",
  },
  {
    ...{ path: "steps.step-<step>.exitCode.path", in: [...TASK, "action"], answered: "plan" },
    words: "the file with the exit code of an earlier step",
  },
  {
    ...{ path: "steps.<step>.results.<result>", in: ["step", "taskResult"], answered: "turn" },
    words: "a result of an earlier step, with `[*]`, `[i]` or `.<key>` as for params",
  },
  {
    ...{ path: "steps.<step>.outputs.<artifact>", in: ["step"], answered: "turn" },
    words: "an artifact that an earlier step has left, as JSON; `.uri` and `.digest` of it",
  },
  {
    ...{ path: "steps.<step>.inputs.<artifact>", in: ["step"], answered: "turn" },
    words: "an artifact that an earlier step was given, as JSON; `.uri` and `.digest` of it",
  },
  {
    ...{ path: "tasks.<task>.results.<result>", in: [...PIPELINE, "pipelineResult"], answered: "turn" },
    words: "a result of another task, with `[*]`, `[i]` or `.<key>` as for params; the task runs first",
  },
  {
    ...{ path: "tasks.<task>.outputs.<artifact>", in: [...PIPELINE, "pipelineResult"], answered: "turn" },
    words: "an artifact that another task has left, as JSON; `.uri` and `.digest` of it",
  },
  {
    ...{ path: "tasks.<task>.inputs.<artifact>", in: PIPELINE, answered: "turn" },
    words: "an artifact that another task was given, as JSON",
  },
  {
    ...{ path: "tasks.<task>.matrix.length", in: PIPELINE, answered: "plan" },
    words: "how many times a task with a matrix runs",
  },
  {
    ...{ path: "tasks.<task>.matrix.<result>.length", in: PIPELINE, answered: "turn" },
    words: "how many of these runs have left the result",
  },
  {
    ...{ path: "tasks.<task>.status", in: ["finally", "pipelineResult"], answered: "turn" },
    words: "`Succeeded`, `Failed` or `None`",
  },
  {
    ...{ path: "tasks.<task>.reason", in: ["finally", "pipelineResult"], answered: "turn" },
    words: "why it ended so: `Failed`, `TaskRunTimeout`, `TaskRunCancelled` …",
  },
  {
    ...{ path: "tasks.status", in: ["finally", "pipelineResult"], answered: "turn" },
    words: "all tasks together: `Succeeded`, `Failed`, `Completed` (some were skipped) or `None`",
  },
  {
    ...{ path: "finally.<task>.results.<result>", in: ["pipelineResult"], answered: "turn" },
    words: "a result of a task of `finally`",
  },
];

/** The first words of all variables: any other first word is the shell's, or a slip of the keys. */
export const NAMESPACES: readonly string[] = [
  ...new Set(VARIABLES.map(({ path }) => path.slice(0, path.indexOf(".")))),
];

/** The variables that a reference of these words can be. */
export const variablesOf = (words: readonly string[]): readonly Variable[] =>
  VARIABLES.filter(({ path }) => fits(path.split("."), words));

/** A placeholder takes one word or several, as names may have dots. */
function fits([part, ...parts]: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = words;
  if (part === undefined || first === undefined) return part === undefined && first === undefined;
  const isName = part.startsWith("<");
  return isName
    ? words.some((_, at) => fits(parts, words.slice(at + 1)))
    : isLike(part, first) && fits(parts, rest);
}

/** `step-<step>` is any word that begins so. */
function isLike(part: string, word: string): boolean {
  const [prefix = "", name] = part.split("<");
  return name === undefined ? word === part : word.startsWith(prefix) && word.length > prefix.length;
}

/** What was probably meant, for each variable of as many words: the same names, the right words around them. */
export const formsLike = (words: readonly string[], scopes: readonly Scope[]): readonly string[] =>
  VARIABLES.filter((one) => one.in.some((scope) => scopes.includes(scope)))
    .map(({ path }) => path.split("."))
    .filter((parts) => parts.length === words.length)
    .map((parts) => parts.map((part, at) => (part.includes("<") ? words[at] : part)).join("."));
