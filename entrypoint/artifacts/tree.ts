// Everything below a directory that a digest knows, in the order of the bytes of its path: one directory at a time is
// held in memory.

import type { Cancel, EntryType, Host } from "../host.ts";
import { type Beneath, beneathTop, pathOf, tellsGit } from "../protocol/index.ts";
import { attempt, attemptDigest, invalid } from "./faults.ts";

/** A regular file, or a link: the hash is then that of its target's name. */
export interface TreeEntry {
  readonly type: "file" | "link";
  /** Relative, without "./". */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

/** `.git` at the top is left out. Throws StepFault for what has no digest. */
export const entriesBelow = (host: Host, name: string, root: string, cancel: Cancel) =>
  walk({ host, name, root, cancel }, "", (path) => path !== ".git");

/** What is called `.git` at the top, as far as it says what git does. */
export const gitEntries = (host: Host, name: string, root: string, cancel: Cancel) =>
  walk({ host, name, root, cancel }, "", tellsGit);

/** Everything, `.git` at the top included; directories come before what is in them. */
export const wholeTree = (host: Host, name: string, root: string): Iterable<Named> =>
  below(host, name, root, "");

function* below(host: Host, name: string, root: string, path: string): Iterable<Named> {
  for (const one of namesIn(host, name, root, path)) {
    yield one;
    if (one.type === "directory") yield* below(host, name, root, `${one.path}/`);
  }
}

interface Tree {
  readonly host: Host;
  /** The artifact's. */
  readonly name: string;
  readonly root: string;
  readonly cancel: Cancel;
}

async function* walk(
  tree: Tree,
  below: string,
  isWanted: (path: string) => boolean,
): AsyncGenerator<TreeEntry> {
  const { host, name, root, cancel } = tree;
  const entries = (path: string) =>
    namesIn(host, name, root, path)
      .filter((one) => isWanted(one.path))
      [Symbol.iterator]();
  const open = [entries(below)];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const next = last.next();
    if (next.done === true) {
      open.pop();
      continue;
    }
    const { path, type } = next.value;
    const place = beneathTop(`${root}/${path}`);
    if (type === "directory") open.push(entries(`${path}/`));
    else if (type === "link") yield { type, path, sha256: targetHash(host, name, place), size: 0 };
    else yield { type, path, ...(await attemptDigest(name, host.digest(place, cancel))) };
  }
}

export interface Named {
  readonly path: string;
  readonly type: "file" | "directory" | "link";
}

/** A directory is where its name and the slash behind it are, in every path of it. */
function namesIn(host: Host, artifact: string, root: string, below: string): readonly Named[] {
  const names = attempt(artifact, () => host.list(beneathTop(`${root}/${below}`)));
  if (names === undefined) throw invalid(artifact, `${root}/${below} has vanished`);
  refuseUnprintable(artifact, `${root}/${below}`, names);
  const types = new Map<string, Named>();
  for (const name of names) {
    const path = `${below}${name}`;
    const type = attempt(artifact, () => host.entry(beneathTop(`${root}/${path}`)));
    if (!isHashed(type)) throw invalid(artifact, `${root}/${path} ${whyNot(type)}`);
    types.set(type === "directory" ? `${name}/` : name, { path, type });
  }
  return sorted([...types.keys()]).flatMap((key) => types.get(key) ?? []);
}

/** With the flag `u` a surrogate is one that stands alone: a byte that is no UTF-8. */
const UNPRINTABLE = /[\n\ud800-\udfff]/u;

/** One look at all names of a directory, because looks at each add up. */
function refuseUnprintable(artifact: string, directory: string, names: readonly string[]): void {
  if (!UNPRINTABLE.test(names.join("/"))) return;
  const name = names.find((one) => UNPRINTABLE.test(one));
  throw invalid(
    artifact,
    `${JSON.stringify(`${directory}${name}`)} has a newline in its name, or is no UTF-8`,
  );
}

const isHashed = (type: EntryType | undefined): type is Named["type"] =>
  type === "file" || type === "directory" || type === "link";

const whyNot = (type: EntryType | undefined): string =>
  type === undefined ? "has vanished" : "is neither a file, a directory nor a link";

/** UTF-8 sorts like code points do; so does UTF-16, which the engine is quick at, as long as there are no surrogates. */
const sorted = (keys: string[]): readonly string[] =>
  /[\ud800-\udfff]/.test(keys.join("/")) ? keys.sort(byBytes) : keys.sort();

/** A surrogate stands for a code point above all that need none. */
function byBytes(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [one, other] = [weight(a.charCodeAt(at)), weight(b.charCodeAt(at))];
    if (one !== other) return one - other;
  }
  return a.length - b.length;
}

const weight = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

function targetHash(host: Host, artifact: string, place: Beneath): string {
  const target = attempt(artifact, () => host.readLink(place));
  if (target === undefined) throw invalid(artifact, `${pathOf(place)} has vanished`);
  return host.sha256Of(target);
}
