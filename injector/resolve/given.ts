import { mistake } from "../diagnostics/diagnostic.ts";
import { defined } from "../documents/defined.ts";
import { typeOfParam } from "../documents/param-types.ts";
import type { ParamSpec, ParamValue, WorkspaceBinding } from "../documents/spec.ts";

export interface GivenParam {
  readonly name: string;
  readonly text: string;
}

/** `name=value`; the value may hold further equals signs. Throws UserError. */
export function parseParamFlag(flag: string): GivenParam {
  const equals = flag.indexOf("=");
  if (equals < 1) throw mistake("bad-flag", `-p ${flag}: there is no value`, "write -p name=value");
  return { name: flag.slice(0, equals), text: flag.slice(equals + 1) };
}

/**
 * The value a text stands for by the declaration: a list is `[…]` in JSON or words with commas between; a map is
 * `{…}` in JSON or `key:value` with commas between. Undefined where the text is no such thing.
 */
export function typedValue(spec: ParamSpec | undefined, text: string): ParamValue | undefined {
  switch (spec === undefined ? "string" : typeOfParam(spec)) {
    case "string":
      return text;
    case "array":
      return text.trim().startsWith("[") ? jsonTexts(text) : text === "" ? [] : text.split(",");
    case "object":
      return text.trim().startsWith("{") ? jsonMap(text) : pairs(text);
  }
}

/** `name=source,emptyDir=`, as tkn has it; `path=DIR` (a folder of yours) is ours. Throws UserError. */
export function parseWorkspaceFlag(flag: string): WorkspaceBinding {
  const fields = new Map(flag.split(",").map((part) => splitAt(part, "=")));
  const name = fields.get("name");
  const [source, ...others] = [...fields.keys()].filter((field) => Object.hasOwn(SOURCES, field));
  const unknown = [...fields.keys()].find(
    (field) => field !== "name" && field !== "subPath" && !Object.hasOwn(SOURCES, field),
  );
  const wrong = (problem: string) => mistake("bad-flag", `-w ${flag}: ${problem}`, FORM);
  if (name === undefined || name === "") throw wrong("it names no workspace");
  if (unknown !== undefined) throw wrong(`there is no source "${unknown}"`);
  if (source === undefined) throw wrong("it has no source");
  if (others.length > 0) throw wrong(`it has two sources, ${source} and ${others[0]}`);
  const subPath = fields.get("subPath");
  return {
    name,
    ...SOURCES[source]?.(fields.get(source) ?? ""),
    ...defined({ subPath }),
  };
}

const FORM =
  "write -w name=source,emptyDir= (or path=DIR, claimName=…, config=…, secret=…), and subPath=… if you like";

/** tkn's `config=name` takes the whole ConfigMap. */
const SOURCES: Readonly<Record<string, (value: string) => Partial<WorkspaceBinding>>> = {
  emptyDir: (medium) => ({ emptyDir: medium === "" ? {} : { medium } }),
  path: (folder) => ({ folder }),
  claimName: (claimName) => ({ persistentVolumeClaim: { claimName } }),
  config: (name) => ({ configMap: { name } }),
  secret: (secretName) => ({ secret: { secretName } }),
};

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text.trim(), ""] : [text.slice(0, at).trim(), text.slice(at + 1)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function jsonTexts(text: string): readonly string[] | undefined {
  const value = parsed(text);
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

function jsonMap(text: string): Readonly<Record<string, string>> | undefined {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every(([, item]) => typeof item === "string") ? Object.fromEntries(entries) : undefined;
}

function pairs(text: string): Readonly<Record<string, string>> | undefined {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  if (!parts.every((part) => part.includes(":"))) return undefined;
  return Object.fromEntries(
    parts.map((part) => splitAt(part, ":")).map(([key, value]) => [key, value.trim()]),
  );
}
