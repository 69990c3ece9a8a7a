// A git repository as far as its files say what is checked out and where it came from: no git is needed to read them.

import { type Host, HostError } from "../host.ts";
import { beneathTop, LIMITS, withoutCredentials } from "../protocol/index.ts";

export interface Checkout {
  /** Of HEAD; absent before the first commit. */
  readonly commit?: string;
  /** `git+<origin>@<commit>` where both are known, without credentials. */
  readonly uri?: string;
}

/** undefined where the directory is no top of a working tree. */
export function checkoutAt(host: Host, directory: string): Checkout | undefined {
  const git = `${directory}/.git`;
  if (host.entry(beneathTop(git)) !== "directory") return undefined;
  const commit = commitOf(host, git);
  if (commit === undefined) return {};
  const origin = withoutCredentials(originOf(textOf(host, `${git}/config`)) ?? "");
  return origin === undefined ? { commit } : { commit, uri: `git+${origin}@${commit}` };
}

/** What is no file, or one that git would not have written, says nothing. */
function textOf(host: Host, path: string): string {
  try {
    return host.read(beneathTop(path), LIMITS.list) ?? "";
  } catch (error) {
    if (error instanceof HostError) return "";
    throw error;
  }
}

const isCommit = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/** A branch is a file of its own, or a line of packed-refs. */
function commitOf(host: Host, git: string): string | undefined {
  const head = textOf(host, `${git}/HEAD`).trim();
  if (isCommit(head)) return head;
  const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1];
  if (ref === undefined || ref.includes("..")) return undefined;
  const loose = textOf(host, `${git}/${ref}`).trim();
  if (isCommit(loose)) return loose;
  const packed = textOf(host, `${git}/packed-refs`)
    .split("\n")
    .find((line) => line.endsWith(` ${ref}`));
  const commit = packed?.split(" ", 1)[0] ?? "";
  return isCommit(commit) ? commit : undefined;
}

/** The first `url` of `[remote "origin"]`. */
function originOf(config: string): string | undefined {
  let section = "";
  for (const line of config.split("\n").map((one) => one.trim())) {
    if (line.startsWith("[")) section = line;
    const url = section === '[remote "origin"]' ? /^url\s*=\s*"?([^"]+?)"?$/.exec(line)?.[1] : undefined;
    if (url !== undefined) return url;
  }
  return undefined;
}
