// References to other objects: is there what they name, can it be had here, and does it lead back to itself?

import type { Code } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { suggestion } from "../diagnostics/nearest.ts";
import { isData, type Library, nameOf } from "../documents/library.ts";
import type { Loaded, LoadedDocument } from "../documents/load.ts";
import { type FoundRef, isOpen, refsOf } from "../documents/refs.ts";
import type { ObjectRef } from "../documents/spec.ts";
import { lateReferences } from "../substitute/text.ts";
import { type Faults, fault } from "./cursor.ts";

/** The given documents and those of the library that they lead to, each once, and what is broken on the way. */
export function reachable(
  loaded: Loaded,
  library: Library,
): { readonly documents: readonly LoadedDocument[]; readonly unsaid: readonly Diagnostic[] } {
  const documents = new Set(loaded.documents.filter((document) => !document.library));
  const unsaid = new Set<Diagnostic>();
  // A Set iterates over what is added meanwhile: this is the walk.
  for (const { kind, ref } of refsIn(documents)) {
    const target = library.resolve(kind, ref);
    if (target !== undefined) documents.add(target);
    const broken = ref.name === undefined ? undefined : library.broken(kind, ref.name);
    const missing = target === undefined && ref.resolver === undefined && broken === undefined;
    for (const one of missing ? library.unreadable : (broken?.unsaid ?? [])) unsaid.add(one);
  }
  return { documents: [...documents], unsaid: [...unsaid] };
}

/** Every reference of a document leads somewhere, and none leads back. */
export function* checkRefs(document: LoadedDocument, library: Library, open: boolean): Faults {
  if (isData(document.object)) return;
  for (const found of refsOf(document.object)) {
    yield* checkKind(document, found);
    const target = library.resolve(found.kind, found.ref);
    if (target === undefined && isOpen(found.ref)) yield* unknownYet(document, found, open);
    else if (target === undefined) yield* unresolved(document, found, library);
    else yield* cycle(document, found, library);
  }
}

function* refsIn(documents: Iterable<LoadedDocument>): Iterable<FoundRef> {
  for (const { object } of documents) if (!isData(object)) yield* refsOf(object);
}

const KINDS_OF: Readonly<Record<string, readonly string[]>> = {
  Task: ["Task", "task", "ClusterTask"],
  Pipeline: ["Pipeline"],
  StepAction: ["StepAction"],
};

/** `taskRef: {kind: Pipeline}` and the like (Tekton takes `task`, too); a step's reference and custom tasks have rules of their own. */
function* checkKind(document: LoadedDocument, { kind, ref, path }: FoundRef): Faults {
  const allowed = KINDS_OF[kind] ?? [];
  if (ref.kind === undefined || isCustom(ref) || path.at(-1) === "ref" || allowed.includes(ref.kind)) return;
  yield fault(
    { document, path: [...path, "kind"] },
    "wrong-value",
    `${path.at(-1)} cannot refer to a ${ref.kind}`,
    `write kind: ${kind}, or leave it out`,
  );
}

const isCustom = ({ apiVersion }: ObjectRef): boolean =>
  apiVersion !== undefined && !/^(tekton\.dev|baton\.run)\//.test(apiVersion);

/** Params may still come, unless this is a run; what tasks result in comes too late. */
function* unknownYet(document: LoadedDocument, { ref, path }: FoundRef, open: boolean): Faults {
  const isLate = [ref.name, ref.params].some((part) => lateReferences(part).length > 0);
  if (open && !isLate) return;
  yield fault(
    { document, path: [...path, ref.resolver === undefined ? "name" : "resolver"] },
    "resolver-param",
    "what a reference leads to must be known before the run",
    "write the value in place of the variable, or give the params that it speaks of",
  );
}

function* unresolved(document: LoadedDocument, { kind, ref, path }: FoundRef, library: Library): Faults {
  const at = { document, path };
  if (isCustom(ref)) {
    yield fault(
      { document, path: [...path, "apiVersion"] },
      "custom-task",
      `a task of ${ref.apiVersion} (${ref.kind ?? "no kind"}) is carried out by a controller in a cluster`,
      "run it there, or replace it with a Task",
    );
  } else if (ref.resolver !== undefined) {
    yield fault({ document, path: [...path, "resolver"] }, ...unfetched(ref.resolver));
  } else if (ref.name === undefined) {
    yield fault(at, "empty-ref", "this reference names nothing", `add "name: …" of a ${kind}`, "key");
  } else if (!library.mayHoldMore && library.broken(kind, ref.name) === undefined) {
    const cure = suggestion(ref.name, library.names(kind), "give its file too, or its folder with --path");
    yield fault(
      { document, path: [...path, "name"] },
      "unknown-ref",
      `there is no ${kind} "${ref.name}"`,
      cure,
    );
  }
}

function unfetched(resolver: string): [code: Code, message: string, cure: string] {
  const known = ["git", "http", "bundles", "hub"];
  if (known.includes(resolver))
    return [
      "not-fetched",
      `what the resolver "${resolver}" leads to has not been fetched`,
      "fetch references first",
    ];
  if (resolver === "cluster")
    return [
      "unsupported-resolver",
      `the resolver "${resolver}" asks the API of a cluster, and no run here has one`,
      "print it with `kubectl get -o yaml`, and give that file, or its folder with --path",
    ];
  return [
    "unsupported-resolver",
    `there is no resolver "${resolver}"`,
    suggestion(resolver, known, "use another one"),
  ];
}

/** Reported where a document refers to itself, directly or through others. */
function* cycle(document: LoadedDocument, found: FoundRef, library: Library): Faults {
  const start = document.object;
  const trail = wayBack(library.resolve(found.kind, found.ref), start, library, new Set());
  if (trail === undefined || isData(start)) return;
  const names = [nameOf(start), ...trail].join(" → ");
  yield fault(
    { document, path: [...found.path, "name"] },
    "ref-cycle",
    `${start.kind} "${nameOf(start)}" contains itself: ${names}`,
    "break the circle",
  );
}

function wayBack(
  from: LoadedDocument | undefined,
  to: LoadedDocument["object"],
  library: Library,
  seen: Set<LoadedDocument>,
): readonly string[] | undefined {
  if (from === undefined || seen.has(from) || isData(from.object)) return undefined;
  seen.add(from);
  if (from.object === to) return [nameOf(from.object)];
  for (const { kind, ref } of refsOf(from.object)) {
    const rest = wayBack(library.resolve(kind, ref), to, library, seen);
    if (rest !== undefined) return [nameOf(from.object), ...rest];
  }
  return undefined;
}
