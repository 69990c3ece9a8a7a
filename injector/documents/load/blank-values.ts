// A param whose value is left blank (`value:`) has an empty text, as in Tekton; one without the field has none.

import { asRaw, isRaw } from "../raw.ts";
import { blanksAt, type Path, type YamlDocument } from "./path.ts";

/** `data` is what stands at `path` of the document, from which nulls are gone. */
export function withBlankValues(document: YamlDocument, data: unknown, path: Path): unknown {
  if (Array.isArray(data))
    return data.map((item, index) => withBlankValues(document, item, [...path, index]));
  if (!isRaw(data)) return data;
  const fields = Object.entries(data).map(([field, value]) => {
    const here = [...path, field];
    const inner = withBlankValues(document, value, here);
    return [field, field === "params" && Array.isArray(inner) ? inner.map(filled(document, here)) : inner];
  });
  return Object.fromEntries(fields);
}

const filled =
  (document: YamlDocument, path: Path) =>
  (param: unknown, index: number): unknown => {
    if (!isRaw(param)) return param;
    const at = [...path, index, "value"];
    const { value } = param;
    if (value === undefined && document.written(at) !== undefined) return { ...param, value: "" };
    const blanks = isRaw(value) ? asRaw(blanksAt(document, at)) : {};
    const texts = Object.entries(blanks).filter(([, blank]) => blank === null);
    return texts.length === 0
      ? param
      : { ...param, value: { ...asRaw(value), ...Object.fromEntries(texts.map(([key]) => [key, ""])) } };
  };
