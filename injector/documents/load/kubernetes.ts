// The fields below ours that Kubernetes owns (containers, volumes, pods) against its own table of fields and types.

import type { GenericSchema } from "valibot";
import { isRaw } from "../raw.ts";
import type { Raw } from "../spec.ts";
import { KUBERNETES_FIELDS } from "./kubernetes-fields.ts";
import type { Path } from "./path.ts";
import { unwrapped } from "./schema-walk.ts";
import { cureOf, type UnknownField } from "./unknown-fields.ts";

export interface WrongType {
  readonly path: Path;
  readonly expected: string;
  readonly input: unknown;
}

export interface KubernetesFaults {
  readonly unknown: readonly UnknownField[];
  readonly wrong: readonly WrongType[];
}

/** Walks `value` beside its schema, and beside the table wherever the schema names an object of Kubernetes. */
export function kubernetesFaults(schema: GenericSchema, value: unknown, path: Path): KubernetesFaults {
  const { type, item, value: inside, entries = {}, kubernetes } = unwrapped(schema);
  if (Array.isArray(value) && item !== undefined)
    return joined(value.map((one, index) => kubernetesFaults(item, one, [...path, index])));
  // The schema library takes a list for a map of its indexes.
  if (Array.isArray(value) && /object|record/.test(type))
    return { unknown: [], wrong: [{ path, expected: "a map", input: value }] };
  if (!isRaw(value)) return NONE;
  if (inside !== undefined && kubernetes === undefined)
    return joined(Object.entries(value).map(([key, one]) => kubernetesFaults(inside, one, [...path, key])));
  const own = Object.entries(value).flatMap(([field, inner]) => {
    const known = Object.hasOwn(entries, field) ? entries[field] : undefined;
    return known === undefined ? [] : [kubernetesFaults(known, inner, [...path, field])];
  });
  if (kubernetes === undefined) return joined(own);
  const others = Object.fromEntries(
    Object.entries(value).filter(([field]) => !Object.hasOwn(entries, field)),
  );
  return joined([...own, ofObject(kubernetes, others, path)]);
}

function ofObject(name: string, value: Raw, path: Path): KubernetesFaults {
  const fields = kubernetesFields(name);
  return joined(
    Object.entries(value).map(([field, inner]) => {
      const here = [...path, field];
      const type = fields.get(field);
      if (type !== undefined) return ofType(type, inner, here);
      return { unknown: [{ path: here, field, cure: cureOf(field, [...fields.keys()]) }], wrong: [] };
    }),
  );
}

function ofType(type: string, value: unknown, path: Path): KubernetesFaults {
  if (value === null || type === "any") return NONE;
  const wrong = (expected: string) => ({ unknown: [], wrong: [{ path, expected, input: value }] });
  if (type.startsWith("[]")) {
    if (!Array.isArray(value)) return wrong("a list");
    return joined(value.map((one, index) => ofType(type.slice(2), one, [...path, index])));
  }
  const simple = SIMPLE[type];
  if (simple !== undefined) return simple.fits(value) ? NONE : wrong(simple.words);
  if (!isRaw(value)) return wrong("a map");
  if (!type.startsWith("{}")) return ofObject(type, value, path);
  return joined(Object.entries(value).map(([key, one]) => ofType(type.slice(2), one, [...path, key])));
}

const isWhole = (value: unknown): boolean => typeof value === "bigint" || Number.isInteger(value);

const QUANTITY = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?$/;

const SIMPLE: Readonly<Record<string, { readonly words: string; fits(value: unknown): boolean }>> = {
  s: { words: "a text", fits: (value) => typeof value === "string" },
  b: { words: "true or false", fits: (value) => typeof value === "boolean" },
  i: { words: "a whole number", fits: isWhole },
  n: { words: "a whole number or a text", fits: (value) => isWhole(value) || typeof value === "string" },
  q: {
    words: "a quantity such as 500m or 1Gi",
    fits: (value) => typeof value === "number" || (typeof value === "string" && QUANTITY.test(value)),
  },
};

const NONE: KubernetesFaults = { unknown: [], wrong: [] };

const joined = (all: readonly KubernetesFaults[]): KubernetesFaults => ({
  unknown: all.flatMap(({ unknown }) => unknown),
  wrong: all.flatMap(({ wrong }) => wrong),
});

type Fields = ReadonlyMap<string, string>;

/** The fields of an object with their types, as the table writes them. */
export const kubernetesFields = (name: string): Fields => table().get(name) ?? new Map();

let tableRead: ReadonlyMap<string, Fields> | undefined;

/** Read when the first object of Kubernetes turns up. */
function table(): ReadonlyMap<string, Fields> {
  tableRead ??= new Map([...TEKTON, ...KUBERNETES_FIELDS.trim().split("\n")].map(lineOf));
  return tableRead;
}

function lineOf(line: string): readonly [string, Fields] {
  const [name = "", ...fields] = line.split(" ");
  return [name, new Map(fields.map((one) => one.split(":") as [string, string]))];
}

/** What Tekton has made of Kubernetes' objects. */
const TEKTON = [
  [
    "PodTemplate nodeSelector:{}s env:[]EnvVar tolerations:[]Toleration affinity:Affinity volumes:[]Volume",
    "securityContext:PodSecurityContext runtimeClassName:s automountServiceAccountToken:b dnsPolicy:s",
    "dnsConfig:PodDNSConfig enableServiceLinks:b priorityClassName:s schedulerName:s hostNetwork:b hostUsers:b",
    "imagePullSecrets:[]LocalObjectReference hostAliases:[]HostAlias",
    "topologySpreadConstraints:[]TopologySpreadConstraint",
  ].join(" "),
  "TaskMetadata labels:{}s annotations:{}s",
  "Overridden name:s computeResources:ResourceRequirements",
  "Debug breakpoints:Breakpoints",
  "Breakpoints onFailure:s beforeSteps:[]s",
];
