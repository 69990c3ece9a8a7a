// One document → one object: what kind it is, whether it has that kind's shape, and what of it only Baton understands.

import * as v from "valibot";
import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { isCompose } from "../compose.ts";
import { isRaw } from "../raw.ts";
import type { DataObject, Raw, TektonObject } from "../spec.ts";
import { withBlankValues } from "./blank-values.ts";
import { type DataDocument, dataObject, dataSchemas, isDataKey } from "./data.ts";
import { type KindEntry, recognise } from "./kinds.ts";
import { type FieldCase, withOwnCase } from "./letter-case.ts";
import { OURS, oursIn } from "./ours.ts";
import { blanksAt, type Part, type Path, type YamlDocument } from "./path.ts";
import { type Rewritten, rewrittenValues } from "./rewritten.ts";
import { metadata, optional, text } from "./schema/common.ts";
import { dotted, type Shaped, shape } from "./shape.ts";
import { convertSpec } from "./v1beta1.ts";

export interface LoadedDocument<T extends TektonObject | DataObject = TektonObject | DataObject> {
  readonly file: string;
  readonly library: boolean;
  readonly object: T;
  /** Where the value at `path`, its key, or a piece of its text is written; the nearest holder of what never was. */
  place(path: Path, of?: Part): Place;
}

/** A document, or an item of a List. */
export interface Item {
  readonly yaml: YamlDocument;
  readonly base: Path;
  readonly data: unknown;
  readonly library: boolean;
}

export interface ReadObject {
  readonly identity: { readonly kind: string; readonly name: string };
  readonly document?: LoadedDocument;
  readonly diagnostics: readonly Diagnostic[];
}

/** The document itself, or the items of a List. */
export function itemsOf(yaml: YamlDocument, library: boolean): Item[] {
  const { data } = yaml;
  const list =
    isRaw(data) && data["apiVersion"] === "v1" && data["kind"] === "List" ? data["items"] : undefined;
  if (!Array.isArray(list)) return [{ yaml, base: [], data, library }];
  return list.map((item, index) => ({ yaml, base: ["items", index], data: item, library }));
}

/** Never throws: what is wrong is in `diagnostics`. */
export function readObject(item: Item): ReadObject {
  const { yaml, base, data } = item;
  const refuse = (one: Omit<Diagnostic, "severity" | "place">, path: Path, severity: Severity = "error") => ({
    identity: identity(data),
    diagnostics: [{ ...one, severity, place: yaml.place([...base, ...path]) }],
  });
  if (isCompose(data)) return refuse(A_COMPOSE_FILE, []);
  if (!isRaw(data)) return refuse(NOT_AN_OBJECT, []);
  const { apiVersion, kind } = data;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return refuse(NOT_AN_OBJECT, []);
  const recognised = recognise(apiVersion, kind);
  switch (recognised.as) {
    case "unreadable": {
      const { field, ...problem } = recognised.problem;
      return refuse(problem, [field], problem.code === "ignored-document" ? "warning" : "error");
    }
    case "list":
      return refuse(NOT_AN_OBJECT, []);
    case "data": {
      const shaped = shape(dataSchemas[recognised.kind], data, yaml, base);
      const faults = shaped.ok ? badKeys(item, shaped.value) : shaped.diagnostics;
      return shaped.ok && faults.length === 0
        ? accepted(item, dataObject(shaped.value))
        : { identity: identity(data), diagnostics: faults };
    }
    case "tekton":
      return readTekton(item, data, apiVersion, recognised.entry);
  }
}

const NOT_AN_OBJECT: Omit<Diagnostic, "severity" | "place"> = {
  code: "not-an-object",
  message: 'this document has no "apiVersion" and "kind"',
  cure: 'begin it with "apiVersion: tekton.dev/v1" and "kind: Task"',
};

const A_COMPOSE_FILE: Omit<Diagnostic, "severity" | "place"> = {
  code: "not-an-object",
  message: "this looks like a compose file, which is no Task",
  cure: "baton run, baton graph and baton inject -f take compose files, each alone",
};

function readTekton(item: Item, data: Raw, apiVersion: string, entry: KindEntry): ReadObject {
  const { yaml, base } = item;
  const here = [...base, "spec"];
  const given = withBlankValues(yaml, data["spec"], here);
  const inV1 = (value: unknown) =>
    apiVersion === "tekton.dev/v1beta1" ? convertSpec(entry.kind, value) : value;
  const frame = shape(frameSchema, withoutParts(data), yaml, base);
  const head = shape(metadata, data["metadata"] ?? {}, yaml, [...base, "metadata"]);
  const recased = withOwnCase(entry.spec, inV1(given) ?? {}, here);
  const blanks = withOwnCase(entry.spec, inV1(blanksAt(yaml, here)), here).value;
  const body = shape(entry.spec, recased.value, yaml, here, blanks);
  if (!frame.ok || !head.ok || !body.ok) {
    const said = recased.found.map((one) => readAs(yaml, one));
    const faults = faultsOf(data, frame, head, body);
    const spoilt = !body.ok && body.rest !== undefined && frame.ok && head.ok;
    if (!spoilt) return { identity: identity(data), diagnostics: [...faults, ...said] };
    const object = { apiVersion, kind: entry.kind, metadata: head.value, spec: body.rest } as TektonObject;
    return { ...accepted(item, object), diagnostics: [...faults, ...said] };
  }
  const object = { apiVersion, kind: entry.kind, metadata: head.value, spec: body.value } as TektonObject;
  const read = accepted(item, object);
  const ours = apiVersion === OURS ? [] : oursIn(object);
  const rewritten = rewrittenValues(yaml, data["spec"], here);
  return {
    ...read,
    diagnostics: [
      ...ours.map((found) => notInTekton(item, found)),
      ...rewritten.map((one) => readOtherwise(yaml, one)),
      ...recased.found.map((one) => readAs(yaml, one)),
    ],
  };
}

function faultsOf(
  data: Raw,
  frame: Shaped<unknown>,
  head: Shaped<unknown>,
  body: Shaped<unknown>,
): readonly Diagnostic[] {
  // Under a name that nobody knows there may be what is missing.
  const isSlip = (part: "metadata" | "spec") => !frame.ok && data[part] === undefined;
  const parts = [frame, ...(isSlip("metadata") ? [] : [head]), ...(isSlip("spec") ? [] : [body])];
  return parts.flatMap((one) => (one.ok ? [] : one.diagnostics));
}

/** What stands around `metadata` and `spec`; these have schemas of their own. */
const frameSchema = v.strictObject({
  apiVersion: text,
  kind: text,
  metadata: optional(v.unknown()),
  spec: optional(v.unknown()),
  status: optional(v.unknown()),
});

const withoutParts = ({ metadata: _metadata, spec: _spec, status: _status, ...frame }: Raw): Raw => frame;

function badKeys({ yaml, base }: Item, { kind, ...fields }: DataDocument): readonly Diagnostic[] {
  return (["data", "binaryData", "stringData"] as const).flatMap((field) =>
    Object.keys(fields[field] ?? {})
      .filter((key) => !isDataKey(key))
      .map((key) => ({
        code: "bad-name",
        severity: "error",
        message: `${JSON.stringify(key)} cannot be a key of a ${kind}, where a key is the name of a file`,
        place: yaml.place([...base, field, key], "key"),
        cure: "use letters, digits, - _ and . in at most 253 characters, none of them .. at the beginning",
      })),
  );
}

const readOtherwise = (yaml: YamlDocument, { path, written, read, cure }: Rewritten): Diagnostic => ({
  code: "rewritten-value",
  severity: "warning",
  message: `YAML reads ${written} as ${read}`,
  place: yaml.place(path),
  cure,
});

const readAs = (yaml: YamlDocument, { path, written, field }: FieldCase): Diagnostic => ({
  code: "field-case",
  severity: "warning",
  message: `"${written}" is read as "${field}", as Tekton does`,
  place: yaml.place(path, "key"),
  cure: `write it as "${field}"`,
});

const notInTekton = (item: Item, found: { readonly path: Path; readonly what: string }): Diagnostic => ({
  code: "not-in-tekton",
  severity: "error",
  message: `Tekton does not have ${found.what} (${dotted(found.path)})`,
  place: item.yaml.place([...item.base, ...found.path], "key"),
  cure: `set apiVersion: ${OURS}`,
});

function accepted({ yaml, base, data, library }: Item, object: TektonObject | DataObject): ReadObject {
  const document: LoadedDocument = {
    file: yaml.file,
    library,
    object,
    place: (path, of) => yaml.place([...base, ...path], of),
  };
  return { identity: identity(data), document, diagnostics: [] };
}

function identity(data: unknown): { kind: string; name: string } {
  if (!isRaw(data)) return { kind: "", name: "" };
  const { kind, metadata: head } = data;
  return { kind: String(kind ?? ""), name: isRaw(head) ? String(head["name"] ?? "") : "" };
}

type Severity = Diagnostic["severity"];
