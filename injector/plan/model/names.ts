// Names that Kubernetes takes: lower case, digits and dashes, at most 63 characters, the same for the same input.

import { createHash } from "node:crypto";

const LIMIT = 63;
const HASH = 8;

export interface Namer {
  /** A name nobody else has got from this namer. The words say whose it is and are kept where they fit. */
  name(...words: readonly string[]): string;
}

/** `reserved`: names that it never gives. */
export function namer(reserved: readonly string[] = []): Namer {
  const taken = new Set(reserved);
  return {
    name(...words) {
      const whole = words.join("/");
      let name = shorten(words.filter((word) => word !== "").join("-"), whole);
      for (let tries = 0; taken.has(name); tries += 1) name = withHash(name, `${whole}#${tries}`);
      taken.add(name);
      return name;
    },
  };
}

function shorten(text: string, whole: string): string {
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return label.length <= LIMIT ? label : withHash(label, whole);
}

function withHash(label: string, whole: string): string {
  const digest = createHash("sha256").update(whole).digest("hex").slice(0, HASH);
  return `${label.slice(0, LIMIT - HASH - 1).replace(/-+$/, "")}-${digest}`;
}
