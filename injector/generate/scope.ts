// What a body can name: the SDK's own values, by the text that they print. A reference becomes an expression only
// where that expression prints the very same text.

import type { Reference as Found } from "../../entrypoint/protocol/index.ts";
import { isReference, REFERENCE, type Reference } from "../sdk/reference.ts";
import { access, Code } from "./code.ts";

export type Kind = "text" | "path" | "array" | "object";

interface Known {
  readonly source: string;
  readonly kind: Kind;
}

export class Scope {
  /** Identifiers that some expression has begun with. */
  readonly used: Set<string> = new Set();
  readonly #known = new Map<string, Known>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  /** Adds a value of the SDK and everything in it, by the source that reads it. */
  learn(source: string, value: unknown): void {
    if (isReference(value)) {
      const { [REFERENCE]: kind } = value as Reference<Kind>;
      this.#known.set(value.toJSON(), { source, kind });
    }
    if (typeof value !== "object" || value === null) return;
    for (const [name, field] of Object.entries(value)) {
      if (typeof field === "object") this.learn(`${source}${access(name)}`, field);
    }
  }

  /** The expression for a reference, if there is one of these kinds. */
  use(reference: Found, kinds: readonly Kind[]): Code | undefined {
    const known = this.#find(reference);
    if (known === undefined) return this.#outer?.use(reference, kinds);
    return kinds.includes(known.kind) ? this.name(known.source) : undefined;
  }

  /** An expression of this scope, noted as used. */
  name(source: string): Code {
    this.used.add(/^\w+/.exec(source)?.[0] ?? source);
    return new Code(source);
  }

  #find({ raw, index }: Found): Known | undefined {
    const known = this.#known.get(raw);
    if (known !== undefined || typeof index !== "number" || !raw.endsWith(`[${index}])`)) return known;
    const list = this.#known.get(raw.replace(/\[\d+\]\)$/, "[*])"));
    return list?.kind === "array" ? { source: `${list.source}.at(${index})`, kind: "text" } : undefined;
  }
}
