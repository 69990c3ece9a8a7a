// Signed statements as they lie in files: DSSE envelopes, one or a line each; Sigstore's bundles, old and new, that hold one;
// bare statements, which nobody has signed.

import { asRaw, isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";

/** Texts that may be none of what they should be. */
export interface Enveloped {
  /** Where several are in the file: its line. */
  readonly line: number;
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signatures: readonly Buffer[];
}

export type Read =
  | { readonly kind: "envelopes"; readonly envelopes: readonly Enveloped[] }
  /** `why` is a sentence. */
  | { readonly kind: "refused"; readonly why: string };

/** Bytes of a file of statements. */
export const LONGEST = 16 << 20;
const MOST_LINES = 1000;
const MOST_SIGNATURES = 100;

export interface ReadOptions {
  /** Bare statements are read as well: for whoever asks what is said, and not who says it. */
  readonly unsigned?: boolean;
}

export function readEnvelopes(text: string, file: string, { unsigned = false }: ReadOptions = {}): Read {
  const whole = jsonIn(text);
  const values = whole === undefined ? linesOf(text) : [whole];
  if (values.length > MOST_LINES) return refused(`${file} has more than ${MOST_LINES} statements`);
  const envelopes: Enveloped[] = [];
  for (const [at, value] of values.entries()) {
    const envelope = unsigned && isBare(value) ? bare(value, at + 1) : envelopeIn(value, at + 1);
    if (typeof envelope === "string")
      return refused(`${file}${values.length > 1 ? `:${at + 1}` : ""} ${envelope}`);
    envelopes.push(envelope);
  }
  return envelopes.length === 0 ? refused(`${file} is empty`) : { kind: "envelopes", envelopes };
}

const refused = (why: string): Read => ({ kind: "refused", why });

/** Nothing where it is no JSON: nothing in JSON is `undefined`. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One more than are read, so that too many are seen to be. */
const linesOf = (text: string): readonly unknown[] =>
  text
    .split("\n", 2 * MOST_LINES)
    .filter((line) => line.trim() !== "")
    .map(jsonIn);

const isBare = (value: unknown): boolean => typeof asRaw(value)["_type"] === "string";

const bare = (statement: unknown, line: number): Enveloped => ({
  line,
  payloadType: "application/vnd.in-toto+json",
  payload: Buffer.from(JSON.stringify(statement)),
  signatures: [],
});

/** What ends a sentence that begins with the file, where it is none. */
function envelopeIn(value: unknown, line: number): Enveloped | string {
  const outer = asRaw(value);
  if (isRaw(outer["dsseEnvelope"])) return dsse(outer["dsseEnvelope"], line);
  if (outer["messageSignature"] !== undefined)
    return "is a bundle with the signature of a file, and no statement";
  const { base64Signature } = outer as { readonly base64Signature?: unknown };
  if (typeof base64Signature === "string")
    return dsse(asRaw(jsonIn(Buffer.from(base64Signature, "base64").toString("utf8"))), line);
  if (isRaw(outer["envelope"])) return dsse(outer["envelope"], line);
  if (isBare(value)) return "is a bare statement, which is not signed";
  return dsse(outer, line);
}

function dsse({ payloadType, payload, signatures }: Raw, line: number): Enveloped | string {
  if (typeof payloadType !== "string" || typeof payload !== "string" || !Array.isArray(signatures))
    return "is no DSSE envelope";
  if (signatures.length > MOST_SIGNATURES) return `has more than ${MOST_SIGNATURES} signatures`;
  const texts = signatures.map((one) => asRaw(one)["sig"]).filter((sig) => typeof sig === "string");
  if (texts.length === 0) return "is not signed";
  return {
    line,
    payloadType,
    payload: Buffer.from(payload, "base64"),
    signatures: texts.map((sig) => Buffer.from(sig, "base64")),
  };
}
