// What is to be run: the one run in the files, else the one Pipeline, else the one Task; or what `target` names.

import { mistake } from "../diagnostics/diagnostic.ts";
import { listed, suggestion } from "../diagnostics/nearest.ts";
import { isData, nameOf } from "../documents/library.ts";
import type { Loaded, LoadedDocument } from "../documents/load.ts";
import { refsOf } from "../documents/refs.ts";
import type { TektonObject } from "../documents/spec.ts";

/** Throws UserError where there is nothing, or several things, to run. */
export function pick(loaded: Loaded, target: string | undefined): LoadedDocument<TektonObject> {
  const documents = loaded.documents.filter(isRunnable);
  if (target !== undefined) return named(documents, target);
  for (const kinds of ORDER) {
    const found = documents.filter(({ object }) => kinds.includes(object.kind));
    const unused = found.length > 1 ? found.filter((one) => !isUsed(one, documents)) : found;
    const [only, second] = unused.length > 0 ? unused : found;
    if (only !== undefined && second === undefined) return only;
    if (only !== undefined)
      throw mistake(
        "ambiguous-target",
        `there is more than one thing to run: ${listed(found.map(label))}`,
        `choose one: --target ${label(only)}`,
      );
  }
  throw mistake(
    "nothing-to-run",
    "there is nothing to run in the files given",
    "give a file with a TaskRun, PipelineRun, Task or Pipeline",
  );
}

/** `Kind/name`, as `--target` has it. */
export const label = ({ object }: LoadedDocument<TektonObject>): string =>
  `${object.kind}/${nameOf(object) || (object.metadata.generateName ?? "")}`;

const ORDER: readonly (readonly TektonObject["kind"][])[] = [
  ["TaskRun", "PipelineRun"],
  ["Pipeline"],
  ["Task"],
];

const isRunnable = (document: LoadedDocument): document is LoadedDocument<TektonObject> =>
  !document.library && !isData(document.object) && document.object.kind !== "StepAction";

/** Something else among them refers to it: it is a part, not the whole. */
const isUsed = (one: LoadedDocument<TektonObject>, all: readonly LoadedDocument<TektonObject>[]): boolean =>
  all.some(({ object }) =>
    refsOf(object).some(({ kind, ref }) => kind === one.object.kind && ref.name === nameOf(one.object)),
  );

function named(
  documents: readonly LoadedDocument<TektonObject>[],
  target: string,
): LoadedDocument<TektonObject> {
  const found = documents.filter((one) => label(one) === target || label(one).split("/")[1] === target);
  const [only, second] = found;
  if (only === undefined)
    throw mistake(
      "unknown-target",
      `there is no "${target}" to run`,
      suggestion(target, documents.map(label), "name something that can be run"),
    );
  if (second !== undefined)
    throw mistake(
      "ambiguous-target",
      `"${target}" may be ${listed(found.map(label))}`,
      `name the kind too: --target ${label(only)}`,
    );
  return only;
}
