// Workspaces: as a run binds them, and as they are handed to a Task, Pipeline or step.

import { suggestion } from "../diagnostics/nearest.ts";
import type { WorkspaceBinding, WorkspaceDeclaration } from "../documents/spec.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";

const SOURCES = [
  "emptyDir",
  "persistentVolumeClaim",
  "volumeClaimTemplate",
  "configMap",
  "secret",
  "projected",
  "csi",
  "folder",
] as const;

/** What names a source, or makes it one. */
const NEEDED: Partial<Readonly<Record<(typeof SOURCES)[number], string>>> = {
  persistentVolumeClaim: "claimName",
  configMap: "name",
  secret: "secretName",
  projected: "sources",
  csi: "driver",
};

/** Every binding has one source. */
export function* checkBindings(cursor: Cursor, bindings: readonly WorkspaceBinding[] = []): Faults {
  yield* duplicates(cursor, bindings, "workspace");
  for (const [index, binding] of bindings.entries()) {
    const given = SOURCES.filter((source) => binding[source] !== undefined);
    const cure = given.length === 0 ? 'add a source, such as "emptyDir: {}"' : "keep one of them";
    const problem = given.length === 0 ? "has no source" : `has several sources: ${given.join(", ")}`;
    if (given.length !== 1)
      yield fault(
        within(cursor, index),
        "workspace-source",
        `the binding of workspace "${binding.name}" ${problem}`,
        cure,
      );
    for (const source of given) yield* checkSource(within(cursor, index, source), binding, source);
  }
}

function* checkSource(cursor: Cursor, binding: WorkspaceBinding, source: (typeof SOURCES)[number]): Faults {
  const field = NEEDED[source];
  const value = binding[source];
  if (field === undefined || typeof value !== "object") return;
  const given = value[field];
  const isThere = Array.isArray(given) ? given.length > 0 : given !== undefined && given !== "";
  if (!isThere)
    yield fault(
      cursor,
      "missing-field",
      `the ${source} of workspace "${binding.name}" needs a field "${field}"`,
      `add "${field}: …"`,
      "key",
    );
}

export interface Handed {
  /** How the thing that declares them is called: `Task "build"`. */
  readonly target: string;
  /** It takes more than it declares: what is embedded is reached by all that is around it. */
  readonly open: boolean;
  /** What reaches an embedded spec without being handed on. */
  readonly around?: ReadonlySet<string>;
  readonly cure: (name: string) => string;
}

export const asBinding = (name: string): string => `bind it: {name: ${name}, emptyDir: {}}`;
export const asPassing = (name: string): string => `add {name: ${name}, workspace: …} to its workspaces`;

/** What is handed over against declarations: what is needed is there, what is there is known. The cursor is at the giver. */
export function* checkBound(
  cursor: Cursor,
  given: readonly { readonly name: string }[] = [],
  declared: readonly Pick<WorkspaceDeclaration, "name" | "optional">[] = [],
  { target, open, around = new Set(), cure }: Handed,
): Faults {
  const passed = new Set([...given.map(({ name }) => name), ...around]);
  for (const { name, optional } of declared)
    if (optional !== true && !passed.has(name))
      yield fault(cursor, "unbound-workspace", `${target} needs its workspace "${name}"`, cure(name), "key");
  if (open) return;
  const names = new Set(declared.map(({ name }) => name));
  for (const [index, { name }] of given.entries())
    yield* knownWorkspace(within(cursor, "workspaces", index, "name"), name, names, target);
}

export function* knownWorkspace(
  cursor: Cursor,
  name: string,
  declared: ReadonlySet<string>,
  owner: string,
): Faults {
  if (!declared.has(name))
    yield fault(
      cursor,
      "unknown-workspace",
      `${owner} has no workspace "${name}"`,
      suggestion(name, [...declared], "remove it, or declare it there"),
    );
}
