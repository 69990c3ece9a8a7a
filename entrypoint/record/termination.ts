// The termination message: what the kubelet carries out of the container. Only what the entrypoint itself knows goes
// in; what the command may have written into the file is overwritten, never merged.

import type { Host } from "../host.ts";
import {
  type Beneath,
  COMPRESSED_PREFIX,
  LIMITS,
  type MessageEntry,
  pathOf,
  type ResultType,
} from "../protocol/index.ts";
import { encodeBase64 } from "../text/base64.ts";
import { utf8Length } from "../text/utf8.ts";

/** A value still in its file. `size` in bytes. */
export interface Candidate {
  readonly key: string;
  readonly type: ResultType;
  readonly place: Beneath;
  readonly size: number;
}

export interface MessageLimits {
  /** Bytes the message may take. */
  readonly budget: number;
  /** What happens to values that do not fit: the step fails, or they stay in their file, referred to by digest. */
  readonly overflow: "fail" | "spill";
  readonly compress: boolean;
}

export type Message =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** Internal keys give way where there is no room for them: `status.json` has what they say. */
export function composeMessage(
  host: Host,
  candidates: readonly Candidate[],
  internal: readonly MessageEntry[],
  limits: MessageLimits,
): Message {
  const own = utf8Length(serialize(host, internal, limits)) > limits.budget ? [] : internal;
  const message = composeWith(host, candidates, own, limits);
  return message.ok || limits.overflow === "fail" ? message : composeWith(host, candidates, [], limits);
}

/** Files are sized before they are read: a huge result costs no memory. */
function composeWith(
  host: Host,
  candidates: readonly Candidate[],
  internal: readonly MessageEntry[],
  limits: MessageLimits,
): Message {
  const cap = limits.compress ? INFLATED_LIMIT : limits.budget;
  const largestFirst = [...candidates].sort((a, b) => b.size - a.size);
  const [largest] = largestFirst;
  const total = candidates.reduce((sum, { size }) => sum + size, 0);
  const isHuge = largest !== undefined && largest.size > LIMITS.result;
  if (largest && (isHuge || (limits.overflow === "fail" && total > cap))) return tooLarge(largest, limits);
  const spilled = new Set(candidates.filter(({ size }) => size > cap));
  for (;;) {
    const entries = candidates.map((one) => (spilled.has(one) ? refer(host, one) : load(host, one)));
    const text = serialize(host, [...entries, ...internal], limits);
    if (utf8Length(text) <= limits.budget) return { ok: true, text };
    const next = largestFirst.find((one) => !spilled.has(one));
    if (next === undefined || limits.overflow === "fail") return tooLarge(largest, limits);
    spilled.add(next);
  }
}

/** Readers of compressed messages, Tekton's included, refuse to inflate more. */
const INFLATED_LIMIT = 128 * 1024;

const load = (host: Host, { key, type, place, size }: Candidate): MessageEntry => ({
  key,
  value: host.read(place, size) ?? "",
  type,
});

const refer = (host: Host, { key, type, place, size }: Candidate): MessageEntry => ({
  key,
  value: "",
  type,
  ref: { uri: `file://${pathOf(place)}`, digest: { sha256: host.sha256(place, LIMITS.result) }, size },
});

function serialize(host: Host, entries: readonly MessageEntry[], { compress }: MessageLimits): string {
  const plain = JSON.stringify(entries);
  if (!compress) return plain;
  const small = `${COMPRESSED_PREFIX}${encodeBase64(host.deflate(plain), "bare")}`;
  return small.length < utf8Length(plain) && utf8Length(plain) <= INFLATED_LIMIT ? small : plain;
}

function tooLarge(largest: Candidate | undefined, { budget }: MessageLimits): Message {
  const what =
    largest === undefined
      ? "the message"
      : `the results, the largest being "${largest.key}" with ${largest.size} bytes,`;
  return {
    ok: false,
    problem: `${what} cannot be reported: a termination message of this step has ${budget} bytes (-result_overflow spill keeps large values in files)`,
  };
}
