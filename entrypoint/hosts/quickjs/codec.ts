// Raw deflate (RFC 1951) by fflate. A module of its own in the binary: compression.ts loads it by its name.

import { decode, encode } from "baton:native";
import { deflateSync, inflateSync } from "fflate";
import { HostError } from "../../host.ts";

export const deflate = (content: string): Uint8Array => deflateSync(encode(content), { level: 9 });

export function inflate(content: Uint8Array, limit: number): string {
  const bytes = inflateUpTo(content, limit + 1);
  if (bytes.length > limit) throw problem("EFBIG", `inflates to more than ${limit} bytes`);
  return decode(bytes);
}

/** fflate fills a buffer that it is given, and drops what does not fit. */
function inflateUpTo(content: Uint8Array, size: number): Uint8Array {
  try {
    return inflateSync(content, { out: new Uint8Array(size) });
  } catch {
    throw problem("EINVAL", "is not raw deflate");
  }
}

const problem = (code: string, words: string): HostError =>
  new HostError(code, `compressed data ${words}`, "compressed data");
