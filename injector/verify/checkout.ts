// Whether a directory is what a commit says, to the byte. Its repository may hold anything, so git is asked for one object and
// nothing else: with no configuration, hook or attribute of that repository, and the answer is hashed here.

import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { gitTree, idOf } from "../beneath/git-tree.ts";

/** undefined where it is; else what ends a sentence that begins with the directory. */
export async function whyNotCommit(path: string, commit: string): Promise<string | undefined> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return "is not compared: gitCommit is no commit";
  const algorithm = commit.length === 40 ? "sha1" : "sha256";
  const directory = realpathSync(path);
  const content = await commitIn(join(directory, ".git/objects"), commit, algorithm);
  if (content === undefined) return `has no commit ${commit}`;
  if (idOf(algorithm, "commit", content).toString("hex") !== commit) return `has a forged commit ${commit}`;
  const tree = gitTree(directory, algorithm);
  if (tree.kind === "refused") return tree.why;
  if (content.toString("latin1").startsWith(`tree ${tree.id}\n`)) return undefined;
  return `is not commit ${commit}: a file in it was changed, added or removed`;
}

/** undefined where git has none, or there is no git. */
async function commitIn(objects: string, commit: string, algorithm: string): Promise<Buffer | undefined> {
  const own = mkdtempSync(join(tmpdir(), "baton-verify-"));
  const env = {
    PATH: process.env["PATH"],
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_DIR: own,
  };
  const git = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    execa("git", words, {
      cwd: own,
      env: { ...env, ...more },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
      maxBuffer: 1 << 20,
      encoding: "buffer",
      stripFinalNewline: false,
    });
  try {
    await git(["init", "--quiet", "--bare", `--object-format=${algorithm}`, own]);
    const { failed, stdout } = await git(["cat-file", "commit", commit], { GIT_OBJECT_DIRECTORY: objects });
    return failed ? undefined : Buffer.from(stdout);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
