// The environment of a step on this machine: little of the host's, so that runs are reproducible, then what the step
// asks for, with Kubernetes' rules: valueFrom, envFrom, and `$(NAME)` in values, command and args.

import { cpus, hostname, totalmem } from "node:os";
import { HOME_DIR } from "../../../entrypoint/protocol/index.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { isRaw } from "../../documents/raw.ts";
import type { Raw } from "../../documents/spec.ts";
import type { EnvironmentVariable, Plan, PlannedSidecar, PlannedStep } from "../../plan/model/plan.ts";
import { expandVariables } from "../../substitute/expansion.ts";

/** All that a step inherits: where commands are, and how the network is reached. */
const INHERITED = [
  "PATH",
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]),
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
];

type Process = PlannedStep | PlannedSidecar;
export type Environment = Readonly<Record<string, string>>;

/** What a process of this machine starts from; a container has what its image says. */
export function machineEnvironment(): Environment {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { HOME: HOME_DIR, ...Object.fromEntries(inherited) };
}

/** `base` and what the step asks for. Problems (a ConfigMap that was not given …) are collected in `problems`. */
export function environmentOf(
  plan: Plan,
  step: Process,
  base: Environment,
  problems: Diagnostic[],
): Environment {
  const variables: Record<string, string> = { ...base };
  for (const source of step.envFrom) Object.assign(variables, wholeSource(plan, step, source, problems));
  for (const variable of step.env) {
    const value =
      "value" in variable
        ? expandVariables(variable.value, (name) => variables[name])
        : from(plan, step, variable, problems);
    if (value !== undefined) variables[variable.name] = value;
  }
  return variables;
}

function wholeSource(plan: Plan, step: Process, source: Raw, problems: Diagnostic[]): Environment {
  const prefix = typeof source["prefix"] === "string" ? source["prefix"] : "";
  for (const [field, kind] of KINDS) {
    const ref = source[`${field}Ref`];
    if (!isRaw(ref)) continue;
    const data = dataOf(plan, step, kind, ref, problems);
    return Object.fromEntries(
      Object.entries(data ?? {}).map(([key, value]) => [prefix + key, decode(value)]),
    );
  }
  return {};
}

const KINDS = [
  ["configMap", "ConfigMap"],
  ["secret", "Secret"],
] as const;

function from(
  plan: Plan,
  step: Process,
  variable: Extract<EnvironmentVariable, { readonly valueFrom: unknown }>,
  problems: Diagnostic[],
): string | undefined {
  const { valueFrom } = variable;
  for (const [field, kind] of KINDS) {
    const ref = valueFrom[`${field}KeyRef`];
    if (isRaw(ref)) return fromKey(plan, step, kind, ref, problems);
  }
  const field = isRaw(valueFrom["fieldRef"]) ? valueFrom["fieldRef"]["fieldPath"] : undefined;
  const resource = isRaw(valueFrom["resourceFieldRef"])
    ? valueFrom["resourceFieldRef"]["resource"]
    : undefined;
  const value = typeof field === "string" ? podField(plan, field) : machineResource(String(resource));
  if (value === undefined)
    problems.push({
      code: "value-not-local",
      message: `${step.id}: ${variable.name} comes from ${String(field ?? resource)}, which only a cluster knows`,
      severity: "error",
      cure: "give it a value, or run on a cluster",
    });
  return value;
}

function fromKey(
  plan: Plan,
  step: Process,
  kind: string,
  ref: Raw,
  problems: Diagnostic[],
): string | undefined {
  const data = dataOf(plan, step, kind, ref, problems);
  const key = String(ref["key"]);
  const value = data?.[key];
  if (value !== undefined) return decode(value);
  if (data !== undefined && ref["optional"] !== true)
    problems.push({
      code: "data-key-missing",
      message: `${step.id}: the ${kind} "${String(ref["name"])}" has no key "${key}"`,
      severity: "error",
      cure: `it has: ${Object.keys(data).join(", ")}`,
    });
  return undefined;
}

function dataOf(
  plan: Plan,
  step: Process,
  kind: string,
  ref: Raw,
  problems: Diagnostic[],
): Environment | undefined {
  const name = String(ref["name"]);
  const found = plan.data.find((one) => one.kind === kind && one.name === name);
  if (found === undefined && ref["optional"] !== true)
    problems.push({
      code: "data-not-given",
      message: `${step.id}: the ${kind} "${name}" is in no given file`,
      severity: "error",
      cure: `add a file with that ${kind} to the command`,
    });
  return found?.data;
}

/** The downward API, as far as processes on a machine have such things. */
function podField(plan: Plan, path: string): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (keyed !== null) return plan.pod[keyed[1] as "labels" | "annotations"][keyed[2] ?? ""] ?? "";
  const fields: Environment = {
    "metadata.name": plan.name,
    "metadata.namespace": "default",
    "spec.nodeName": hostname(),
    "spec.serviceAccountName": plan.pod.serviceAccountName ?? "default",
    "status.hostIP": "127.0.0.1",
    "status.podIP": "127.0.0.1",
  };
  return fields[path];
}

/** Without limits, Kubernetes too answers with what the node has. */
function machineResource(resource: string): string | undefined {
  if (/^(limits|requests)\.cpu$/.test(resource)) return String(cpus().length);
  if (/^(limits|requests)\.memory$/.test(resource)) return String(totalmem());
  return undefined;
}

const decode = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");
