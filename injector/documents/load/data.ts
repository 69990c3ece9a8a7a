// ConfigMap, Secret and ServiceAccount documents: all values become base64, whichever field they stand in.

import * as v from "valibot";
import { defined } from "../defined.ts";
import type { DataObject, Metadata } from "../spec.ts";
import { flag, metadata, optional, text } from "./schema/common.ts";

const values = v.record(v.string(), text);

const fields = {
  apiVersion: v.literal("v1"),
  metadata: optional(metadata),
  data: optional(values),
  binaryData: optional(values),
  immutable: optional(flag),
};

export interface DataDocument {
  readonly kind: "ConfigMap" | "Secret" | "ServiceAccount";
  readonly metadata?: Metadata;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly secrets?: readonly { readonly name: string }[];
}

const configMap: v.GenericSchema<unknown, DataDocument> = v.strictObject({
  ...fields,
  kind: v.literal("ConfigMap"),
});
const secret: v.GenericSchema<unknown, DataDocument> = v.strictObject({
  ...fields,
  kind: v.literal("Secret"),
  stringData: optional(values),
  type: optional(text),
});

const serviceAccount: v.GenericSchema<unknown, DataDocument> = v.looseObject({
  apiVersion: v.literal("v1"),
  kind: v.literal("ServiceAccount"),
  metadata: optional(metadata),
  secrets: optional(v.array(v.looseObject({ name: text }))),
});

export const dataSchemas = { ConfigMap: configMap, Secret: secret, ServiceAccount: serviceAccount };

/** A key becomes a file, and so none may lead out of its folder. */
export const isDataKey = (key: string): boolean =>
  /^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== "." && !key.startsWith("..");

/** `data` of a ConfigMap and `stringData` of a Secret are text; the other two fields are base64 already. */
export function dataObject(document: DataDocument): DataObject {
  const { kind, data = {}, binaryData = {}, stringData = {}, type, secrets } = document;
  const annotations = document.metadata?.annotations;
  const plain = kind === "ConfigMap" ? data : stringData;
  const encoded = kind === "ConfigMap" ? binaryData : data;
  return {
    kind,
    name: document.metadata?.name ?? "",
    data: { ...encoded, ...mapped(plain, (value) => Buffer.from(value, "utf8").toString("base64")) },
    ...defined({ type, annotations }),
    ...(secrets === undefined ? {} : { secrets: secrets.map(({ name }) => name) }),
  };
}

const mapped = (values: Readonly<Record<string, string>>, change: (value: string) => string) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
