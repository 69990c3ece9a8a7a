// ConfigMap, Secret and ServiceAccount documents: all values become base64, whichever field they stand in.

import * as v from "valibot";
import type { DataObject } from "../spec.ts";
import { metadata, named, optional, text } from "./schema/common.ts";

const values = v.record(v.string(), text);

export const dataSchema = v.looseObject({
  apiVersion: v.literal("v1"),
  kind: v.picklist(["ConfigMap", "Secret", "ServiceAccount"]),
  metadata,
  data: optional(values),
  binaryData: optional(values),
  stringData: optional(values),
  type: optional(text),
  secrets: optional(named),
});

/** `data` of a ConfigMap and `stringData` of a Secret are text; the other two fields are base64 already. */
export function dataObject(document: v.InferOutput<typeof dataSchema>): DataObject {
  const { kind, data = {}, binaryData = {}, stringData = {}, type, secrets } = document;
  const { annotations } = document.metadata;
  const plain = kind === "ConfigMap" ? data : stringData;
  const encoded = kind === "ConfigMap" ? binaryData : data;
  return {
    kind,
    name: document.metadata.name ?? "",
    data: { ...encoded, ...mapped(plain, (value) => Buffer.from(value, "utf8").toString("base64")) },
    ...(type === undefined ? {} : { type }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(secrets === undefined ? {} : { secrets: secrets.map(({ name }) => name) }),
  };
}

const mapped = (values: Readonly<Record<string, string>>, change: (value: string) => string) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
