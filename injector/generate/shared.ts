// Writers that Tasks and Pipelines have in common.

import { typeOfParam } from "../documents/param-types.ts";
import { isRaw } from "../documents/raw.ts";
import type { ParamSpec, Raw } from "../documents/spec.ts";
import { access, Code } from "./code.ts";
import type { Writers } from "./fields.ts";
import { mapRecord, only, recordOf } from "./fields.ts";
import { print } from "./print.ts";
import type { Scope } from "./scope.ts";
import { deep, text, word } from "./text.ts";

export const asIs =
  (type: "string" | "number" | "boolean") =>
  (value: unknown): unknown =>
    typeof value === type ? value : undefined;

export const asText =
  (scope: Scope) =>
  (value: unknown): unknown =>
    typeof value === "string" ? text(value, scope) : undefined;

export const asWords =
  (scope: Scope) =>
  (value: unknown): unknown =>
    isStrings(value) ? value.map((item) => word(item, scope)) : undefined;

export const asDeep =
  (scope: Scope) =>
  (value: unknown): unknown =>
    typeof value === "object" && value !== null ? deep(value, scope) : undefined;

/** Given params, by name; `declared` are those of whoever gets them. */
export const asParams =
  (scope: Scope, declared?: unknown) =>
  (value: unknown): unknown => {
    const known = recordOf(declared) ?? {};
    return mapRecord(recordOf(value), (param, name) => {
      if (!only(param, "value")) return undefined;
      const written = paramValue(param["value"], scope);
      const isStrange = Object.hasOwn(known, name) && !isOfKind(param["value"], known[name] as Raw);
      return isStrange && written !== undefined ? new Code(`${print(written)} as never`) : written;
    });
  };

/** What Tekton takes though it is of another type than the declared one, such as a list's result without `[*]`. */
function isOfKind(value: unknown, declared: Raw): boolean {
  const kind = typeOfParam(declared as unknown as ParamSpec);
  if (typeof value === "string") return (kind !== "string") === /^\$\([^()]*\[\*\]\)$/.test(value);
  return kind === (Array.isArray(value) ? "array" : "object");
}

const asConditions =
  (scope: Scope) =>
  (value: unknown): unknown => {
    const fits = Array.isArray(value) && value.every((one) => isRaw(one) && isCondition(one));
    if (!fits) return undefined;
    return value.map(({ values, ...rest }) => ({
      ...(deep(rest, scope) as object),
      values: values === undefined ? undefined : paramValue(values, scope),
    }));
  };

/** Passed workspaces, by the Task's name for them. */
export const asWorkspaces =
  (scope: Scope, declared: object) =>
  (value: unknown): unknown =>
    mapRecord(recordOf(value), (use) => passedWorkspace(use, scope, declared));

export const workspaceSource = (name: string): string => `workspaces${access(name)}`;

/** true, false, or what else is said of it. */
export const asCache =
  (scope: Scope) =>
  (value: unknown): unknown =>
    typeof value === "boolean" ? value : asDeep(scope)(value);

/** What both kinds of use may say: a step's and a Pipeline task's. */
export const settings = (scope: Scope) =>
  ({
    displayName: asText(scope),
    timeout: asText(scope),
    onError: asText(scope),
    when: asConditions(scope),
    retries: asIs("number"),
    cache: asCache(scope),
  }) satisfies Writers;

export const paramValue = (value: unknown, scope: Scope): unknown => {
  if (typeof value === "string") return word(value, scope);
  return typeof value === "object" && value !== null ? deep(value, scope) : undefined;
};

function passedWorkspace(use: Raw, scope: Scope, declared: object): unknown {
  const { workspace, subPath } = use;
  if (only(use)) return true;
  if (!only(use, "workspace", "subPath") || !isTextOrNone(workspace) || !isTextOrNone(subPath))
    return undefined;
  if (workspace !== undefined && !Object.hasOwn(declared, workspace)) return undefined;
  const from = workspace === undefined ? undefined : scope.name(workspaceSource(workspace));
  return subPath === undefined ? from : { workspace: from, subPath: text(subPath, scope) };
}

const isTextOrNone = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === "string";

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

const isCondition = (one: object): boolean => {
  const { input, operator, values, cel } = one as Readonly<Record<string, unknown>>;
  if (cel !== undefined) return typeof cel === "string" && only(one as never, "cel");
  const valued = typeof values === "string" || isStrings(values);
  return (
    typeof input === "string" &&
    typeof operator === "string" &&
    valued &&
    only(one as never, "input", "operator", "values")
  );
};
