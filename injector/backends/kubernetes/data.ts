// ConfigMaps and Secrets that were given as documents go in front of the pod that reads them.

import { defined } from "../../documents/defined.ts";
import type { DataObject } from "../../documents/spec.ts";
import type { Plan } from "../../plan/model/plan.ts";
import type { RenderedDocument, RenderOptions } from "../backend.ts";

export function dataDocuments(plans: readonly Plan[], options: RenderOptions): readonly RenderedDocument[] {
  const given = new Map<string, DataObject>();
  for (const plan of plans)
    for (const object of plan.data) given.set(`${object.kind}/${object.name}`, object);
  return [...given.values()].map((object) => dataDocument(object, options));
}

function dataDocument(object: DataObject, { namespace }: RenderOptions): RenderedDocument {
  const { kind, name, annotations } = object;
  const metadata = { name, ...defined({ namespace, annotations }) };
  return { apiVersion: "v1", kind, metadata, ...contentOf(object) };
}

function contentOf({ kind, data, type, secrets = [] }: DataObject): RenderedDocument {
  if (kind === "ConfigMap") return configData(data);
  if (kind === "ServiceAccount") return { secrets: secrets.map((name) => ({ name })) };
  return { ...defined({ type }), data };
}

/** Text under `data`, so that people can read it; what is no UTF-8 under `binaryData`. */
function configData(base64: Readonly<Record<string, string>>): Record<string, Record<string, string>> {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, value] of Object.entries(base64)) {
    const text = Buffer.from(value, "base64").toString("utf8");
    if (Buffer.from(text, "utf8").toString("base64") === value) data[key] = text;
    else binaryData[key] = value;
  }
  return {
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...(Object.keys(binaryData).length === 0 ? {} : { binaryData }),
  };
}
