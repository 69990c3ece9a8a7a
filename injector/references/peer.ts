// Asking a peer that nobody here answers for: what it sends has a limit, every fault of it is said in words, and what lets
// others in is in no word.

import { createHash } from "node:crypto";
import { withoutCredentials } from "../../entrypoint/protocol/index.ts";
import type { ResolverParams } from "../documents/refs.ts";
import { ResolverError } from "./resolver.ts";

export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Of a text, a manifest, a layer that holds one text. */
export const MOST_BYTES = 16 * 1024 * 1024;

/** Credentials in the address go into a header. Throws ResolverError. */
export async function ask(
  url: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const address = new URL(url);
  const { username, password } = address;
  address.username = "";
  address.password = "";
  const own = username === "" && password === "" ? {} : { authorization: basic(username, password) };
  try {
    const response = await fetch(address, { signal, headers: { ...own, ...headers } });
    const { status, ok } = response;
    return { status, ok, headers: response.headers, body: await readAll(response, url) };
  } catch (error) {
    if (error instanceof ResolverError) throw error;
    throw new ResolverError(
      `${shownUrl(url)} cannot be reached: ${causeOf(error)}`,
      "check the name and the network",
    );
  }
}

/** Without credentials, and without what a query may hold. */
export const shownUrl = (url: string): string => {
  const shown = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? withoutCredentials(url) : undefined;
  return shown ?? url;
};

/** JSON of whatever depth, or a ResolverError. */
export function parsed(content: Buffer, what: string): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    throw new ResolverError(`${what} is not JSON`, "check the name; this may be no registry");
  }
}

/** A reference's params for a file that others read: of a query, what tells it from others. */
export const safeParams = (params: ResolverParams): ResolverParams =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, safe(value)]));

function safe(value: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !/[@?#]/.test(value)) return value;
  const shown = withoutCredentials(value) ?? value;
  const rest = /[?#].*$/s.exec(value)?.[0] ?? "";
  return rest === "" ? shown : `${shown}?sha256=${createHash("sha256").update(rest).digest("hex")}`;
}

async function readAll({ body }: Response, url: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > MOST_BYTES)
      throw new ResolverError(`${shownUrl(url)} sends more than ${MOST_BYTES} bytes`, "check the address");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`;

/** The system's own words. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
