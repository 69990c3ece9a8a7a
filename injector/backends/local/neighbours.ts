// Runs of one user side by side: their directories may lie anywhere (TMPDIR), and no step of one may see another's. Each run
// hides the directories in which runs are, and says which; a run that would lie where one under way does not hide it lies
// below /tmp instead, which no step ever sees.

import { chmodSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { textBeneath } from "../../beneath/read.ts";
import { isAlive, type Owner, ownerOf } from "../host/owner.ts";
import { isWithin } from "./view.ts";

export interface Neighbourhood {
  /** Where to make this run's directory. */
  readonly parent: string;
  /** What its steps are not to see. */
  readonly hidden: readonly string[];
  /** Directories in which there may be runs that have been killed. */
  readonly visited: readonly string[];
  /** One clause for people, where it is not where they asked. */
  readonly moved?: string;
  leave(): void;
}

/** Says that a run begins, and finds out where it can be. `isOpen`: its steps see everything, whatever is hidden. */
export function enter(isOpen: boolean, asked = tmpdir(), registry = defaultRegistry()): Neighbourhood {
  const parent = real(resolve(asked));
  if (registry === undefined)
    return { parent, hidden: hideable([parent]), visited: [parent], leave: () => {} };
  const own = join(registry, `${process.pid}-${Math.random().toString(36).slice(2)}.json`);
  const write = (entry: Omit<Entry, "owner">) =>
    writeFileSync(own, JSON.stringify({ ...entry, owner: ownerOf(process.pid) }));
  // First said, then looked: of two that begin at once, each sees the other or is seen.
  write({ parent, isOpen });
  const others = entries(registry).filter(({ file }) => file !== own);
  const alive = others.filter(({ entry }) => isAlive(entry.owner)).map(({ entry }) => entry);
  const isSeen = !isAlwaysHidden(parent) && alive.some((one) => !one.isOpen && !hides(one, parent));
  // Where paths are substituted, a script has that of the run in its text.
  const isOdd = isOpen && !PLAIN.test(parent);
  const chosen = isSeen || isOdd ? real(PRIVATE[0]) : parent;
  const hidden = hideable([chosen, ...alive.map((one) => one.parent)]);
  write({ parent: chosen, isOpen, hides: hidden });
  const gone = others.filter(({ entry }) => !isAlive(entry.owner));
  for (const { file } of gone) rmSync(file, { force: true });
  return {
    parent: chosen,
    hidden,
    visited: [...new Set([chosen, parent, ...gone.map(({ entry }) => entry.parent)])],
    ...(isSeen
      ? { moved: `steps of another run could see ${parent}, so that this one is in ${chosen}` }
      : isOdd
        ? { moved: `a shell would not take ${parent} for one word, so that this run is in ${chosen}` }
        : {}),
    leave: () => rmSync(own, { force: true }),
  };
}

interface Entry {
  readonly owner: Owner;
  readonly parent: string;
  readonly isOpen: boolean;
  readonly hides?: readonly string[];
}

const hides = ({ hides = [] }: Entry, path: string): boolean => hides.some((top) => isWithin(path, top));

/** What means the same to a shell and to everybody else. */
const PLAIN = /^[^\s"'`$\\;&|<>()*?[\]{}~!#]+$/;

/** Each step has its own. */
const PRIVATE = ["/tmp", "/var/tmp"] as const;

const isAlwaysHidden = (path: string): boolean => PRIVATE.some((top) => isWithin(path, real(top)));

/** Hiding what holds the user's own things would hide the run's tools. */
const hideable = (parents: readonly string[]): readonly string[] =>
  [...new Set(parents)].filter(
    (path) => !isAlwaysHidden(path) && !isWithin(real(homedir()), path) && isDirectory(path),
  );

/** The user's own directory below /tmp; undefined where somebody else has taken its name. */
function defaultRegistry(): string | undefined {
  const path = join(PRIVATE[0], `.baton-${process.getuid?.() ?? 0}`);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const info = lstatSync(path);
    if (!info.isDirectory() || info.uid !== process.getuid?.()) return undefined;
    chmodSync(path, 0o700);
    return path;
  } catch {
    return undefined;
  }
}

function entries(registry: string): readonly { readonly file: string; readonly entry: Entry }[] {
  return readdirSync(registry).flatMap((name) => {
    try {
      const entry = JSON.parse(textBeneath(registry, name) ?? "") as Entry;
      return [{ file: join(registry, name), entry }];
    } catch {
      return [];
    }
  });
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
