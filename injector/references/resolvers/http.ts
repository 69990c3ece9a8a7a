// resolver: http. The text behind an address.

import { ask, shownUrl } from "../peer.ts";
import { type Resolver, ResolverError } from "../resolver.ts";

export const http: Resolver = {
  name: "http",
  required: ["url"],
  optional: [],
  async fetch({ url = "" }, { signal }) {
    refuseOthers(url);
    const { ok, status, body } = await ask(url, signal, { accept: "application/yaml, text/plain, */*" });
    if (!ok) throw new ResolverError(`${shownUrl(url)} answers ${status}`, "check the address");
    return { text: body.toString("utf8"), source: shownUrl(url), pin: {} };
  },
};

function refuseOthers(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (protocol !== "http:" && protocol !== "https:")
    throw new ResolverError(`"${shownUrl(url)}" is no http address`, "begin it with https://");
}
