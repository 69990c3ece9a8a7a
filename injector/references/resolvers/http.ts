// resolver: http. The text behind an address.

import { type Resolver, ResolverError } from "../resolver.ts";

export const http: Resolver = {
  name: "http",
  required: ["url"],
  optional: [],
  async fetch({ url = "" }, { signal }) {
    const address = parsed(url);
    const response = await ask(address, signal);
    if (!response.ok)
      throw new ResolverError(
        `${url} answers ${response.status} ${response.statusText}`,
        "check the address",
      );
    const text = await response.text();
    if (text.length > MOST_CHARACTERS)
      throw new ResolverError(`${url} is too large for a Task`, "check the address");
    return { text, source: url, pin: {} };
  },
};

const MOST_CHARACTERS = 16 * 1024 * 1024;

function parsed(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol === "http:" || address?.protocol === "https:") return address;
  throw new ResolverError(`"${url}" is no http address`, "begin it with https://");
}

async function ask(url: URL, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal, headers: { accept: "application/yaml, text/plain, */*" } });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ResolverError(
      `${url} cannot be reached: ${String(cause)}`,
      "check the address and the network",
    );
  }
}
