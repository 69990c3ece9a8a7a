// Lineage for people: a thing, what it was made of, and what was made of it; each further in.

import { byKey, type Key, type Lineage, type Made } from "./lineage.ts";
import type { RunLineage } from "./summary.ts";

/** Of `keys` where there are some; else of all, from what nobody here has made. */
export function lineageText(lineage: Lineage, keys: readonly Key[]): string {
  const lines: string[] = [];
  const teller = new Teller(lineage, lines);
  if (keys.length > 0) for (const key of keys) teller.both(key);
  else for (const key of rootsOf(lineage)) teller.whole(key);
  return lines.length === 0 ? "no data is known\n" : `${lines.join("\n")}\n`;
}

function rootsOf({ things, makings }: Lineage): readonly Key[] {
  const made = new Set(makings.flatMap((one) => one.made));
  const roots = [...things.keys()].filter((key) => !made.has(key));
  const isFree = makings.filter(({ of }) => of.length === 0).flatMap((one) => one.made);
  return [...roots, ...new Set(isFree)];
}

const DEEPEST = 100;

class Teller {
  readonly #lineage: Lineage;
  readonly #lines: string[];
  readonly #makers: ReadonlyMap<Key, readonly Made[]>;
  readonly #users: ReadonlyMap<Key, readonly Made[]>;
  /** What was told already, for each direction. */
  readonly #up = new Set<Key>();
  readonly #down = new Set<Key>();

  constructor(lineage: Lineage, lines: string[]) {
    this.#lineage = lineage;
    this.#lines = lines;
    this.#makers = byKey(lineage.makings, "made");
    this.#users = byKey(lineage.makings, "of");
  }

  both(key: Key): void {
    this.#lines.push(this.#name(key));
    this.#madeOf(key, 1);
    this.#wentInto(key, 1);
  }

  whole(key: Key): void {
    if (this.#down.has(key)) return;
    this.#lines.push(this.#name(key));
    this.#wentInto(key, 1);
  }

  #madeOf(key: Key, depth: number): void {
    if (this.#stops(key, depth, this.#up)) return;
    for (const making of this.#makers.get(key) ?? []) {
      this.#say(depth, `made by ${madeBy(making)}`);
      for (const from of making.of) {
        this.#say(depth + 1, `of ${this.#name(from)}${this.#up.has(from) ? ABOVE : ""}`);
        this.#madeOf(from, depth + 2);
      }
    }
  }

  #wentInto(key: Key, depth: number): void {
    if (this.#stops(key, depth, this.#down)) return;
    for (const making of this.#users.get(key) ?? []) {
      if (making.made.length === 0) this.#say(depth, `used by ${madeBy(making)}`);
      for (const into of making.made) {
        const above = this.#down.has(into) ? ABOVE : "";
        this.#say(depth, `went into ${this.#name(into)}, by ${madeBy(making)}${above}`);
        this.#wentInto(into, depth + 1);
      }
    }
  }

  #stops(key: Key, depth: number, told: Set<Key>): boolean {
    if (told.has(key)) return true;
    if (depth > DEEPEST) {
      this.#say(depth, "…");
      return true;
    }
    told.add(key);
    return false;
  }

  #say(depth: number, text: string): void {
    this.#lines.push(`${"  ".repeat(depth)}${text.replaceAll("\n", "\\n")}`);
  }

  #name(key: Key): string {
    const { name, digest } = this.#lineage.things.get(key) ?? { name: "", digest: {} };
    const { gitCommit } = digest as { readonly gitCommit?: string };
    const commit =
      gitCommit === undefined || key.startsWith("gitCommit") ? "" : `, commit ${gitCommit.slice(0, 12)}`;
    return `${name} (${shortKey(key)}${commit})`;
  }
}

const ABOVE = ", told above";

/** Twelve digits tell any two apart. */
export function shortKey(key: Key): string {
  const [algorithm = "", hex = ""] = key.split(":");
  return `${algorithm}:${hex.slice(0, 12)}`;
}

function madeBy({ run, step, again, hits, elsewhere }: Made): string {
  const more = [
    ...(again > 0 ? [`made again ${times(again)}`] : []),
    ...(hits > 0 ? [`from the cache ${times(hits)}`] : []),
    ...(elsewhere === undefined || elsewhere === "" ? [] : [`first by run ${elsewhere}`]),
  ];
  return `${step.replace(/^step-/, "")} of ${runName(run)}${more.length === 0 ? "" : ` (${more.join(", ")})`}`;
}

/** The name of a kept run has its time in it. */
export const runName = ({ kept, name, at }: RunLineage): string =>
  kept ?? `${name}${at === "" ? "" : `, ${at.replace("T", " ").replace(/\.\d+Z$/, "")}`}`;

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);
