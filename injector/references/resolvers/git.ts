// resolver: git. A file of a repository at a revision, by the git command of this machine and its credentials.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { ResolverParams } from "../../documents/refs.ts";
import { MOST_BYTES, shownUrl } from "../peer.ts";
import { type Resolver, ResolverError } from "../resolver.ts";

export const git: Resolver = {
  name: "git",
  required: ["url", "pathInRepo"],
  optional: ["revision"],
  async fetch(params, { pin, signal }) {
    const { url = "", pathInRepo = "", revision = "main" } = params;
    refuseOptions({ url, revision });
    const directory = await temporaryFolder();
    try {
      const run = gitIn(directory, signal);
      await run(["init", "--quiet", "--bare"], url);
      const commit = await fetchCommit(run, url, pin?.["commit"] ?? revision);
      const text = await readPath(run, url, commit, pathInRepo);
      return { text, source: `${shownUrl(url)}@${commit.slice(0, 12)}:${pathInRepo}`, pin: { commit } };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

type Run = (words: readonly string[], url: string) => Promise<string>;

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

async function temporaryFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), "baton-git-"));
  } catch (error) {
    const message = `there is nowhere to put what git fetches: ${(error as Error).message}`;
    throw new ResolverError(message, "set TMPDIR to a folder that can be written");
  }
}

/** No prompt (nobody would answer), and no transport that runs commands. */
function gitIn(directory: string, signal: AbortSignal): Run {
  const env = { GIT_TERMINAL_PROMPT: "0", GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh", LC_ALL: "C" };
  return async (words, url) => {
    const result = await execa("git", ["-C", directory, ...words], {
      env,
      stdin: "ignore",
      reject: false,
      stripFinalNewline: false,
      maxBuffer: MOST_BYTES,
      cancelSignal: signal,
    });
    if (!result.failed) return result.stdout;
    if (result.code === "ENOENT") throw new ResolverError("there is no git command here", "install git");
    throw new ResolverError(
      `git ${words[0]} of ${shownUrl(url)} failed: ${toldOf(result)}`,
      "check url and revision, and that you may read the repository",
    );
  };
}

/** One revision alone where the server allows it; else everything there is, and then the commit out of that. */
async function fetchCommit(run: Run, url: string, revision: string): Promise<string> {
  try {
    await run(["fetch", "--quiet", "--depth=1", "--no-tags", "--", url, revision], url);
    return (await run(["rev-parse", "--verify", "FETCH_HEAD^{commit}"], url)).trim();
  } catch (error) {
    if (!COMMIT.test(revision)) throw error;
    await run(["fetch", "--quiet", "--", url, "+refs/*:refs/*"], url);
    return (await run(["rev-parse", "--verify", `${revision}^{commit}`], url)).trim();
  }
}

async function readPath(run: Run, url: string, commit: string, path: string): Promise<string> {
  try {
    return await run(["cat-file", "blob", `${commit}:${path.replace(/^\.?\/+/, "")}`], url);
  } catch {
    throw new ResolverError(
      `${shownUrl(url)} has no file ${path} at ${commit.slice(0, 12)}`,
      "check pathInRepo",
    );
  }
}

/** A value that git would take for an option, or for something to write to. */
function refuseOptions(values: ResolverParams): void {
  for (const [name, value] of Object.entries(values))
    if (value.startsWith("-") || /[\s\0]/.test(value) || (name === "revision" && value.includes(":")))
      throw new ResolverError(`"${shownUrl(value)}" cannot be a ${name}`, `correct the param ${name}`);
}

/** Git's own last words, or why there are none; the address may be among them. */
function toldOf(result: { readonly stderr: string; readonly isMaxBuffer: boolean }): string {
  const why = result.isMaxBuffer ? "it is too large" : "it was ended";
  return (lastLine(result.stderr) || why).replace(/[a-z][a-z0-9+.-]*:\/\/[^\s'"]+/gi, shownUrl);
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";
