// The lock file: what every remote reference meant when it was first fetched, and the digest of its text. Pure.

import * as v from "valibot";
import { mistake } from "../diagnostics/diagnostic.ts";
import { readYaml } from "../documents/load/yaml.ts";
import { printDocument } from "../documents/print.ts";
import { isRaw } from "../documents/raw.ts";
import type { ResolverParams } from "../documents/refs.ts";
import type { Pin } from "./resolver.ts";

export interface LockEntry {
  readonly resolver: string;
  readonly params: ResolverParams;
  readonly pin: Pin;
  /** Of the text, in hex. */
  readonly sha256: string;
}

/** By `refKey`. */
export type Lock = ReadonlyMap<string, LockEntry>;

const VERSION = 1;

/** Throws UserError where `text` is no lock file. */
export function parseLock(text: string, file: string): Lock {
  const parsed = v.safeParse(schema, readYaml(file, text).documents[0]?.data);
  if (!parsed.success)
    throw mistake(
      "bad-lock",
      `${file} is no lock file: ${parsed.issues[0].message}`,
      "remove it; it is written anew",
    );
  return new Map(parsed.output.references.map((entry) => [keyOf(entry), entry]));
}

/** Sorted, so that the same references give the same file. */
export function printLock(lock: Lock): string {
  const references = [...lock].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  const head =
    "# What remote references meant when they were fetched. Commit this file; `baton run --update` renews it.\n";
  return head + printDocument({ version: VERSION, references });
}

/** A record of valibot's would leave out keys such as `constructor`, and the entry would be another reference's. */
const texts = v.custom<Readonly<Record<string, string>>>(
  (value) => isRaw(value) && Object.values(value).every((text) => typeof text === "string"),
  "params and pins are maps of texts",
);
const schema = v.strictObject({
  version: v.literal(VERSION, `this is not version ${VERSION}`),
  references: v.array(
    v.strictObject({
      resolver: v.string(),
      params: texts,
      pin: texts,
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "a sha256 has 64 hexadecimal digits")),
    }),
  ),
});

const keyOf = ({ resolver, params }: LockEntry): string =>
  JSON.stringify([resolver, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))]);
