// Artifacts of a Task's steps: every input says where it comes from, every name means one thing.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { listed, suggestion } from "../diagnostics/nearest.ts";
import { outputsOfStep, sourceIn, taskOf } from "../documents/artifacts.ts";
import type { Library } from "../documents/library.ts";
import type { ArtifactInput, ArtifactOutput, StepSpec, TaskSpec } from "../documents/spec.ts";
import { checkBoundInputs } from "./bound-artifacts.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import { nameSyntax } from "./names.ts";

/** The cursor is at the Task's list of steps. */
export function* checkArtifacts(cursor: Cursor, spec: TaskSpec, library: Library): Faults {
  const outputs = new Map<string, string>();
  const earlier = new Map<string, readonly ArtifactOutput[]>();
  for (const [index, step] of spec.steps.entries()) {
    const name = step.name ?? `unnamed-${index}`;
    if (step.artifacts !== undefined) {
      const here = within(cursor, index, "artifacts");
      yield* checkNames(here, step);
      yield* checkInputs(within(here, "inputs"), step, earlier, library);
    }
    const own = outputsOfStep(step, library);
    for (const [at, output] of own.entries()) {
      const other = outputs.get(output.name);
      if (other !== undefined && other !== name)
        yield fault(
          placeOf(within(cursor, index), step, at),
          "duplicate-name",
          `steps "${other}" and "${name}" both have an output "${output.name}", and a Task's outputs are those of its steps`,
          "rename one of them",
        );
      outputs.set(output.name, name);
    }
    earlier.set(name, own);
  }
}

const placeOf = (cursor: Cursor, step: StepSpec, output: number): Cursor =>
  step.ref?.kind === "Task" ? cursor : within(cursor, "artifacts", "outputs", output, "name");

function* checkNames(cursor: Cursor, { artifacts }: StepSpec): Faults {
  for (const list of ["inputs", "outputs"] as const) {
    const artifactsOfKind: readonly { readonly name: string }[] = artifacts?.[list] ?? [];
    yield* duplicates(within(cursor, list), artifactsOfKind, list.slice(0, -1));
    for (const [index, { name }] of artifactsOfKind.entries())
      yield* nameSyntax(within(cursor, list, index, "name"), "artifact", name);
  }
}

function* checkInputs(
  cursor: Cursor,
  step: StepSpec,
  earlier: ReadonlyMap<string, readonly ArtifactOutput[]>,
  library: Library,
): Faults {
  const isTask = step.ref?.kind === "Task";
  for (const [index, input] of (step.artifacts?.inputs ?? []).entries()) {
    const here = within(cursor, index);
    const left = input.from === undefined ? undefined : yield* checkFrom(here, input.from, earlier);
    yield* checkDigest(within(here, "digest"), input);
    if (isTask) yield* checkPassed(here, input);
    else if ((input.path ?? left) === undefined)
      yield fault(
        here,
        "artifact-without-path",
        `nothing says where the input "${input.name}" is`,
        'add "path: …"; only an input from an earlier step with a path of its own is where that step has it',
      );
  }
  const task = isTask ? taskOf(step, library) : undefined;
  if (task !== undefined)
    yield* checkBoundInputs(cursor, step.artifacts?.inputs ?? [], task, `Task "${step.ref?.name}"`);
}

/** To a Task as a step it is only said which data is which. */
function* checkPassed(cursor: Cursor, input: ArtifactInput): Faults {
  for (const field of ["path", "digest"] as const)
    if (input[field] !== undefined)
      yield fault(
        within(cursor, field),
        "field-with-ref",
        `"${field}" of an input comes from the Task that "ref" names`,
        "remove it here",
        "key",
      );
}

/** Where the output is that it comes from; "" where there is none, which has been said. */
function* checkFrom(
  cursor: Cursor,
  from: string,
  earlier: ReadonlyMap<string, readonly ArtifactOutput[]>,
): Generator<Diagnostic, string | undefined> {
  const at = within(cursor, "from");
  const source = sourceIn(from);
  if (source?.room !== "steps") {
    yield fault(
      at,
      "artifact-source",
      `an input of a step comes from an output of an earlier step, and "${from}" is none`,
      source === undefined
        ? 'write it as "$(steps.<step>.outputs.<name>)"'
        : "leave from out, and bind the Task's input in the Pipeline: artifacts: {inputs: [{name, from}]}",
    );
    return "";
  }
  const outputs = earlier.get(source.owner);
  const output = outputs?.find(({ name }) => name === source.output);
  if (output !== undefined) return output.path;
  const [problem, name, there] =
    outputs === undefined
      ? [`no step before this one is named "${source.owner}"`, source.owner, [...earlier.keys()]]
      : [
          `step "${source.owner}" has no output "${source.output}"`,
          source.output,
          outputs.map((one) => one.name),
        ];
  yield fault(
    at,
    "unknown-reference",
    `${from}: ${problem}`,
    suggestion(name, there, there.length === 0 ? "declare it there" : "use one that is there"),
  );
  return "";
}

const HEX: Readonly<Record<string, RegExp>> = {
  sha256: /^[0-9a-f]{64}$/,
  dirHash: /^[0-9a-f]{64}$/,
  dirLinks: /^[0-9a-f]{64}$/,
  dirGit: /^[0-9a-f]{64}$/,
  gitCommit: /^([0-9a-f]{40}|[0-9a-f]{64})$/,
};

function* checkDigest(cursor: Cursor, { digest = {} }: ArtifactInput): Faults {
  for (const [algorithm, hex] of Object.entries(digest)) {
    const wanted = Object.hasOwn(HEX, algorithm) ? HEX[algorithm] : undefined;
    if (wanted === undefined)
      yield fault(
        within(cursor, algorithm),
        "wrong-value",
        `"${algorithm}" is no digest that is computed here`,
        suggestion(algorithm, Object.keys(HEX), `use ${listed(Object.keys(HEX))}`),
        "key",
      );
    else if (!hex.includes("$(") && !wanted.test(hex))
      yield fault(
        within(cursor, algorithm),
        "wrong-value",
        `"${hex}" is no ${algorithm}`,
        "write it in lowercase hex, all of it, without the algorithm in front",
      );
  }
}
