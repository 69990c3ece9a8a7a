// Tasks that are used here and defined elsewhere: `existingTask` with the signature that their uses show.

import { type Reference, referencesIn } from "../../entrypoint/protocol/index.ts";
import { asRaw, isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";
import { recordOf } from "./fields.ts";
import type { Module } from "./module.ts";
import { printCall } from "./print.ts";
import { referencesDeep } from "./text.ts";

interface Use {
  readonly params: Readonly<Record<string, unknown>>;
  readonly workspaces: readonly string[];
  /** By name: as which type they are read. */
  readonly results: Readonly<Record<string, Raw>>;
}

export class ExistingTasks {
  readonly #uses = new Map<string, Use[]>();
  readonly #module: Module;

  constructor(documents: readonly Raw[], module: Module) {
    this.#module = module;
    for (const document of documents) {
      for (const [ref, use] of usesIn(document)) this.#uses.set(ref, [...(this.#uses.get(ref) ?? []), use]);
    }
  }

  /** The definition for a reference, written into the module when it is first asked for. */
  define(ref: Raw): { readonly identifier: string; readonly object: Raw } {
    const known = this.#module.find("existing", keyOf(ref));
    if (known !== undefined) return known;
    const identifier = this.#module.names.take(String(ref["name"] ?? ref["resolver"] ?? ""), "Task");
    const signature = signatureOf(this.#uses.get(keyOf(ref)) ?? []);
    this.#module.imports.add("existingTask");
    this.#module.define(identifier, printCall("existingTask", [ref, signature]));
    const results = Object.entries(signature.results ?? {}).map(([name, rest]) => ({ name, ...rest }));
    const object = { spec: { results } };
    this.#module.offer("existing", keyOf(ref), { identifier, object });
    return { identifier, object };
  }
}

const keyOf = (ref: Raw): string => JSON.stringify(Object.entries(ref).sort());

/** Uses in a Pipeline's tasks and a Task's steps, by reference. */
function usesIn(document: Raw): readonly (readonly [string, Use])[] {
  const outer = asRaw(document["spec"]);
  const spec = asRaw(outer["pipelineSpec"] ?? outer["taskSpec"] ?? outer);
  const declared = recordOf(spec["params"]) ?? {};
  const users = [spec["tasks"], spec["finally"], spec["steps"]].flat().filter(isRaw);
  const read = resultsRead(spec);
  return users.flatMap((user) => {
    const ref = user["taskRef"] ?? user["ref"];
    if (!isRaw(ref)) return [];
    const { kind: _kind, ...asStep } = ref;
    const key = keyOf("taskRef" in user ? ref : asStep);
    return [[key, useOf(user, declared, read.get(String(user["name"])) ?? [])] as const];
  });
}

function useOf(user: Raw, declared: Readonly<Record<string, Raw>>, read: readonly Reference[]): Use {
  const matrix = isRaw(user["matrix"]) ? recordOf(user["matrix"]["params"]) : undefined;
  const params = Object.entries(recordOf(user["params"]) ?? {}).map(([name, { value }]) => [
    name,
    typeOfParam(value, declared),
  ]);
  const repeated = Object.keys(matrix ?? {}).map((name) => [name, {}]);
  return {
    params: Object.fromEntries([...params, ...repeated]),
    workspaces: Object.keys(recordOf(user["workspaces"]) ?? {}),
    results: resultTypes(read, "matrix" in user),
  };
}

function typeOfParam(value: unknown, declared: Readonly<Record<string, Raw>>): Raw {
  if (Array.isArray(value)) return { type: "array" };
  if (isRaw(value)) return objectOf(Object.keys(value));
  const [reference] = typeof value === "string" ? referencesIn(value) : [];
  if (reference?.index !== "*" || reference.raw !== value) return {};
  const { type, properties } = declared[reference.path[1] ?? ""] ?? {};
  return type === "object" && isRaw(properties) ? objectOf(Object.keys(properties)) : { type: "array" };
}

const objectOf = (keys: readonly string[]): Raw => ({
  type: "object",
  properties: Object.fromEntries(keys.map((key) => [key, {}])),
});

/** `$(tasks.<name>.results.<r>)` and their like, by the name of the task or step. */
function resultsRead(spec: Raw): ReadonlyMap<string, readonly Reference[]> {
  const read = new Map<string, Reference[]>();
  for (const reference of referencesDeep(spec)) {
    const [room = "", name = "", word] = reference.path;
    if (!["tasks", "finally", "steps"].includes(room) || word !== "results") continue;
    const others = read.get(name);
    if (others === undefined) read.set(name, [reference]);
    else others.push(reference);
  }
  return read;
}

/** As which types they are read; a matrix makes a list of each. */
function resultTypes(read: readonly Reference[], repeated: boolean): Record<string, Raw> {
  const types: Record<string, Raw> = {};
  for (const { path, index } of read) {
    const [, , , result = "", key] = path;
    const keys = Object.keys((types[result]?.["properties"] as object | undefined) ?? {});
    if (key !== undefined) types[result] = objectOf([...keys, key]);
    else types[result] ??= index !== undefined && !repeated ? { type: "array" } : {};
  }
  return types;
}

/** What every use gives is required; what only some give is not. */
function signatureOf(uses: readonly Use[]): {
  readonly params?: Raw;
  readonly workspaces?: Raw;
  readonly results?: Readonly<Record<string, Raw>>;
} {
  const params = Object.assign({}, ...uses.map((use) => use.params)) as Record<string, Raw>;
  const results = Object.assign({}, ...uses.map((use) => use.results)) as Record<string, Raw>;
  const workspaces = new Set(uses.flatMap((use) => use.workspaces));
  const required = (name: string) => uses.every((use) => Object.hasOwn(use.params, name));
  const signature = {
    params: fromEntries(
      Object.entries(params).map(([name, type]) => [name, required(name) ? type : optional(type)]),
    ),
    workspaces: fromEntries(
      [...workspaces].map((name) => [
        name,
        uses.every((use) => use.workspaces.includes(name)) ? {} : { optional: true },
      ]),
    ),
    results: fromEntries(Object.entries(results)),
  };
  return Object.fromEntries(Object.entries(signature).filter(([, value]) => value !== undefined));
}

const optional = (type: Raw): Raw => ({ ...type, default: type["type"] === "array" ? [] : "" });

const fromEntries = (
  entries: readonly (readonly [string, Raw])[],
): Readonly<Record<string, Raw>> | undefined =>
  entries.length > 0 ? Object.fromEntries(entries) : undefined;
