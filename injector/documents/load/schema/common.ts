// Pieces that the schemas of all kinds share. A schema says shapes only; what a value may mean is for `check`.

import * as v from "valibot";
import type {
  CacheUse,
  Metadata,
  ObjectRef,
  Param,
  ParamSpec,
  ParamValue,
  Raw,
  ResultSpec,
  WhenExpression,
} from "../../spec.ts";
import { jsonText } from "../rewritten.ts";

export const text = v.string();
export const texts = v.array(text);
export const flag = v.boolean();
export const cache: v.GenericSchema<unknown, CacheUse> = v.union(
  [
    v.boolean(),
    v.strictObject({
      key: v.exactOptional(texts),
      ttl: v.exactOptional(text),
      ignore: v.exactOptional(texts),
    }),
  ],
  "true, false, or {key: [texts], ttl: 24h, ignore: [variables]}",
);
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Empty it is no duration, and a mistake. */
export const duration = { ...text, emptyIsAbsent: false };
/** A field of Kubernetes' own, passed through. */
const raw: v.GenericSchema<unknown, Raw> = v.record(v.string(), v.unknown());

/** A field that may be absent; the words are what editors show. */
export const optional = <S extends v.GenericSchema>(schema: S, words?: string) =>
  v.exactOptional(words === undefined ? schema : (v.pipe(schema, v.description(words)) as unknown as S));

/** An object of Kubernetes by the name that its API has for it: its fields and types are in a table of their own. */
export const kubernetes = (name: string): v.GenericSchema<unknown, Raw> => kubernetesWith(name, raw);

/** One of which we want to know more. */
export const kubernetesWith = <S extends v.GenericSchema<unknown, unknown>>(name: string, schema: S): S => ({
  ...schema,
  kubernetes: name,
});

/** One that means nothing where it is empty. */
export const resources = { ...kubernetes("ResourceRequirements"), emptyIsAbsent: true };
export const overrides = v.array(
  kubernetesWith("Overridden", v.looseObject({ name: text, computeResources: optional(resources) })),
);
/** `{}` is a map without keys, which says nothing. */
const textMap = { ...v.record(v.string(), text), emptyIsAbsent: true };

const scalar = v.union([
  text,
  v.pipe(
    v.union([v.number(), v.bigint(), v.boolean()]),
    v.transform((value) => String(value)),
  ),
]);

const textOrNull = v.pipe(
  v.nullable(text),
  v.transform((value) => value ?? ""),
);

/** A list or map of anything else than texts is its JSON, as one text: Tekton reads it so. */
const json = v.pipe(
  v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())]),
  v.transform((value) => jsonText(value)),
);

/** A bare number or boolean counts as its text, as Tekton reads it. */
const paramValue: v.GenericSchema<unknown, ParamValue> = v.union(
  [scalar, v.array(textOrNull), v.record(v.string(), text), json],
  "a text, a list of texts, or a map of texts",
);

const paramType = v.picklist(["string", "array", "object"]);
const properties = v.record(v.string(), v.strictObject({ type: optional(v.picklist(["string"])) }));

export const paramSpec: v.GenericSchema<unknown, ParamSpec> = v.strictObject({
  name: text,
  type: optional(paramType),
  description: optional(text),
  properties: optional(properties),
  default: optional(paramValue, "What it is where no value is given; without a default a value is needed."),
  enum: optional(texts, "The only texts it may be."),
});

export const param: v.GenericSchema<unknown, Param> = v.strictObject({ name: text, value: paramValue });

export const resultSpec: v.GenericSchema<unknown, ResultSpec> = v.strictObject({
  name: text,
  type: optional(paramType),
  description: optional(text),
  properties: optional(properties),
  value: optional(paramValue),
});

export const when: v.GenericSchema<unknown, WhenExpression> = v.strictObject({
  // An empty text is one to compare with, and an empty list is a mistake of its own.
  input: optional({ ...text, emptyIsAbsent: false }),
  operator: optional(v.picklist(["in", "notin"])),
  values: optional({ ...texts, emptyIsAbsent: false }),
  cel: optional(text),
});

const refFields = {
  name: optional(text),
  apiVersion: optional(text),
  resolver: optional(text),
  params: optional(v.array(param)),
  bundle: optional(text),
};

export const objectRef: v.GenericSchema<unknown, ObjectRef> = v.strictObject({
  ...refFields,
  kind: optional(text),
});

/** To a Pipeline, and nothing else. */
export const pipelineRef: v.GenericSchema<unknown, ObjectRef> = v.strictObject(refFields);

const labels = { labels: optional(textMap), annotations: optional(textMap) };

export const metadata: v.GenericSchema<unknown, Metadata> = kubernetesWith(
  "ObjectMeta",
  v.looseObject({
    name: optional(text),
    generateName: optional(text),
    namespace: optional(text),
    ...labels,
  }),
);

/** Of a Task that a Pipeline has in it. */
export const taskMetadata: v.GenericSchema<unknown, Metadata> = kubernetesWith(
  "TaskMetadata",
  v.looseObject(labels),
);
