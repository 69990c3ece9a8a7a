// A StepAction: one container, reusable. Its script takes params by environment only.

import { referencesIn } from "../../entrypoint/protocol/index.ts";
import type { StepActionSpec } from "../documents/spec.ts";
import { ACTION_ACCEPTS } from "../documents/variable-fields.ts";
import { checkContainer } from "./container.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import { nameSyntax } from "./names.ts";
import { checkDeclared } from "./params.ts";
import { checkReferences } from "./references.ts";

/** The cursor is at the StepAction's spec. */
export function* checkStepAction(cursor: Cursor, spec: StepActionSpec): Faults {
  yield* checkDeclared(within(cursor, "params"), spec.params);
  yield* checkContainer(cursor, spec);
  yield* checkScript(within(cursor, "script"), spec.script);
  const results = spec.results ?? [];
  yield* duplicates(within(cursor, "results"), results, "result");
  for (const [index, { name }] of results.entries())
    yield* nameSyntax(within(cursor, "results", index, "name"), "result", name);
  const { script, ...others } = spec;
  const stepResults = new Set(results.map(({ name }) => name));
  const names = { params: new Map((spec.params ?? []).map((one) => [one.name, one])), stepResults };
  yield* checkReferences(cursor, others, ACTION_ACCEPTS, names);
  // Its script cannot know what results the Task has that it is used in.
  if (script !== undefined)
    yield* checkReferences(cursor, { script }, ACTION_ACCEPTS, { ...names, results: stepResults });
}

/** What is pasted into a script is run by it: Tekton refuses it, and so do we. */
function* checkScript(cursor: Cursor, script: string | undefined): Faults {
  for (const { path, raw } of referencesIn(script ?? ""))
    if (path[0] === "params" || (path[0] === "inputs" && path[1] === "params"))
      yield fault(
        cursor,
        "param-in-script",
        `${raw}: the script of a StepAction cannot contain params, whose values it would run`,
        "pass it by an environment variable: add it to env, and use the variable in the script",
        { text: raw },
      );
}
