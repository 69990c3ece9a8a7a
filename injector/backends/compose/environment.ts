// The environment of a service. Kubernetes' `$(VAR)` is expanded here, because compose has nothing like it; ConfigMaps
// that were given are written out, Secrets are taken from the environment of whoever runs compose.

import type { Code } from "../../diagnostics/codes.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";
import type { Plan, PlannedContainer } from "../../plan/model/plan.ts";
import { expandVariables } from "../../substitute/expansion.ts";
import { type ComposeText, fromEnvironment, literal } from "./text.ts";

export type Environment = ReadonlyMap<string, ComposeText>;

export function environmentOf(plan: Plan, of: PlannedContainer): Environment {
  const whole = new Map(of.envFrom.flatMap((source) => [...wholeSource(plan, of.id, source)]));
  const own = new Map<string, ComposeText>();
  for (const variable of of.env) {
    const value =
      "value" in variable
        ? expandVariables(variable.value, (name) => own.get(name), literal)
        : valueFrom(plan, `${of.id}: ${variable.name}`, variable.valueFrom);
    own.set(variable.name, value);
  }
  return new Map([...whole, ...own]);
}

/** A word of command or args, in the author's language of `$(VAR)`. */
export const wordOf = (text: string, environment: Environment): ComposeText =>
  expandVariables(text, (name) => environment.get(name), literal);

type Fields = Readonly<Record<string, unknown>>;
const KINDS = { configMapKeyRef: "ConfigMap", secretKeyRef: "Secret" } as const;

function valueFrom(plan: Plan, where: string, source: Fields): ComposeText {
  for (const [field, kind] of Object.entries(KINDS)) {
    const ref = source[field] as { name: string; key: string; optional?: boolean } | undefined;
    if (ref === undefined) continue;
    const given = kind === "ConfigMap" ? dataOf(plan, kind, ref.name)?.[ref.key] : undefined;
    if (given !== undefined) return literal(decode(given));
    return fromEnvironment(
      ref.name,
      ref.key,
      `the key ${ref.key} of the ${kind} ${ref.name}`,
      ref.optional === true,
    );
  }
  const path = (source["fieldRef"] as { fieldPath?: string } | undefined)?.fieldPath ?? "";
  const value = podField(plan, path);
  if (value !== undefined) return literal(value);
  throw mistake(
    "value-not-portable",
    `${where} comes from ${path || Object.keys(source).join(", ")}, which only a cluster knows`,
    "give it a value, or run on a cluster",
  );
}

function wholeSource(plan: Plan, id: string, source: Fields): Map<string, ComposeText> {
  const prefix = typeof source["prefix"] === "string" ? source["prefix"] : "";
  for (const kind of ["ConfigMap", "Secret"] as const) {
    const ref = source[kind === "Secret" ? "secretRef" : "configMapRef"] as
      | { name: string; optional?: boolean }
      | undefined;
    if (ref === undefined) continue;
    const data = dataOf(plan, kind, ref.name);
    if (data === undefined && ref.optional !== true)
      throw mistake(
        "data-not-given",
        `${id}: the ${kind} "${ref.name}" is in no given file, so its keys are not known`,
        `add a file with that ${kind} to the command`,
      );
    return new Map(
      Object.entries(data ?? {}).map(([key, value]) => [
        prefix + key,
        kind === "Secret"
          ? fromEnvironment(ref.name, key, `the key ${key} of the Secret ${ref.name}`, false)
          : literal(decode(value)),
      ]),
    );
  }
  return new Map();
}

const dataOf = (plan: Plan, kind: string, name: string) =>
  plan.data.find((object) => object.kind === kind && object.name === name)?.data;

/** What of the downward API has a meaning without a pod. */
function podField(plan: Plan, path: string): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (keyed !== null) return plan.pod[keyed[1] as "labels" | "annotations"][keyed[2] ?? ""] ?? "";
  if (path === "metadata.name") return plan.name;
  if (path === "metadata.namespace") return "default";
  return path === "spec.serviceAccountName" ? (plan.pod.serviceAccountName ?? "default") : undefined;
}

const decode = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");

const mistake = (code: Code, message: string, cure: string): UserError =>
  new UserError([{ code, message, severity: "error", cure }]);
