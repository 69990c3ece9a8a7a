// What a Task's own inputs are bound to, where it is used: the inputs are there, and in a Pipeline none is forgotten.

import { suggestion } from "../diagnostics/nearest.ts";
import { inputsOf, sourceIn } from "../documents/artifacts.ts";
import type { PipelineSpec, PipelineTask, TaskSpec } from "../documents/spec.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";

/** The cursor is at the list of bindings. */
export function* checkBoundInputs(
  cursor: Cursor,
  bindings: readonly { readonly name: string }[],
  task: TaskSpec,
  target: string,
): Faults {
  const declared = [...new Set(inputsOf(task).map(({ name }) => name))];
  for (const [index, { name }] of bindings.entries())
    if (!declared.includes(name))
      yield fault(
        within(cursor, index, "name"),
        "unknown-artifact",
        `${target} has no input "${name}" of its own`,
        suggestion(name, declared, "remove it, or declare it among the inputs of a step there, without from"),
      );
}

/** The cursor is at the task of a Pipeline. Whether the source is there is said with all other references. */
export function* checkTaskArtifacts(
  cursor: Cursor,
  task: PipelineTask,
  spec: TaskSpec | PipelineSpec,
  target: string,
): Faults {
  if ("tasks" in spec) return;
  const bindings = task.artifacts?.inputs ?? [];
  const list = within(cursor, "artifacts", "inputs");
  yield* duplicates(list, bindings, "input");
  yield* checkBoundInputs(list, bindings, spec, target);
  for (const [index, { from }] of bindings.entries())
    if (sourceIn(from) === undefined)
      yield fault(
        within(list, index, "from"),
        "artifact-source",
        `an input of a task comes from an output of another task, and "${from}" is none`,
        'write it as "$(tasks.<task>.outputs.<name>)"',
      );
  const bound = new Set(bindings.map(({ name }) => name));
  for (const name of new Set(inputsOf(spec).flatMap(({ name: own, digest }) => (digest ? [] : [own]))))
    if (!bound.has(name))
      yield {
        ...fault(
          cursor,
          "unbound-artifact",
          `${target} takes an input "${name}", and nothing says what it is to be: it is recorded as it is found`,
          `add artifacts: {inputs: [{name: ${name}, from: $(tasks.<task>.outputs.<name>)}]}`,
          "key",
        ),
        severity: "warning",
      };
}
