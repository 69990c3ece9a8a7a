// Why a document cannot be given its order, each with its place; and whether any order is asked for at all.

import { type Diagnostic, UserError } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Path } from "../documents/load.ts";
import { asRaw } from "../documents/raw.ts";
import { type InjectOptions, inject } from "./inject.ts";
import { ORDER } from "./order.ts";
import { type Fields, itemsOf, podIn } from "./pod.ts";

export interface Fault {
  readonly fault: Omit<Diagnostic, "place">;
  /** Of the value it is about. */
  readonly path: Path;
  readonly of: "key" | "value";
}

/** Whether a Pod, Job or CronJob has the annotation, whatever has been done about it. */
export const asksForOrder = (document: Fields): boolean =>
  itemsOf(document)?.some(asksForOrder) ?? podIn(document)?.annotations[ORDER] !== undefined;

export function faultsIn(document: Fields, options: InjectOptions): readonly Fault[] {
  const items = itemsOf(document);
  if (items !== undefined)
    return items.flatMap((item, index) =>
      faultsIn(item, options).map((one) => ({ ...one, path: ["items", index, ...one.path] })),
    );
  const places = annotationsIn(document);
  const slips = places.flatMap(misspelt);
  const at = places.find(({ annotations }) => annotations[ORDER] !== undefined);
  if (at === undefined) return slips;
  const path = [...at.path, ORDER];
  if (podIn(document) === undefined) return [...slips, { fault: notOrderable(document), path, of: "key" }];
  return [...slips, ...refused(document, path, options)];
}

interface Annotated {
  readonly annotations: Fields;
  readonly path: Path;
}

/** Of the document, and of whatever it makes pods from. */
function annotationsIn(document: Fields): readonly Annotated[] {
  const holders = [
    [],
    ["spec", "template"],
    ["spec", "jobTemplate"],
    ["spec", "jobTemplate", "spec", "template"],
  ];
  return holders.map((holder) => {
    const path = [...holder, "metadata", "annotations"];
    return { annotations: asRaw(path.reduce<unknown>((at, field) => asRaw(at)[field], document)), path };
  });
}

const misspelt = ({ annotations, path }: Annotated): readonly Fault[] =>
  Object.keys(annotations)
    .filter(
      (name) => name !== ORDER && (name.startsWith("baton.run/") || nearest(name, [ORDER]) !== undefined),
    )
    .map((name) => ({
      fault: {
        code: "unknown-annotation",
        severity: "error",
        message: `there is no annotation "${name}"`,
        cure: `did you mean "${ORDER}"?`,
      },
      path: [...path, name],
      of: "key",
    }));

const notOrderable = ({ kind }: Fields): Fault["fault"] => ({
  code: "restarting-pod",
  severity: "error",
  message: `a ${kind} has no containers that end, so there is no order of their ends`,
  cure: "make it a Job, a CronJob or a Pod",
});

function refused(document: Fields, path: Path, options: InjectOptions): readonly Fault[] {
  try {
    inject(document, options);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const policy = [...(podIn(document)?.path ?? []), "restartPolicy"];
    return error.diagnostics.map((fault) => ({
      fault,
      path: fault.code === "restarting-pod" ? policy : path,
      of: "value",
    }));
  }
}
