// Digests that the injector takes are those that the entrypoint takes, and git's ids are git's.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestOf } from "../../../entrypoint/artifacts/digest.ts";
import { CancelToken } from "../../../entrypoint/endings/cancel.ts";
import { nodeHost } from "../../../entrypoint/hosts/node.ts";
import { digestBeneath } from "../../../injector/beneath/digest.ts";
import { gitTree } from "../../../injector/beneath/git-tree.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-digest-"));
  mkdirSync(join(folder, "data"));
  mkdirSync(join(folder, "metadata/artifacts"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string, text = path) => {
  mkdirSync(dirname(join(folder, "data", path)), { recursive: true });
  writeFileSync(join(folder, "data", path), text);
};
const writeAll = (...paths: readonly string[]) => {
  for (const path of paths) write(path);
};
const link = (path: string, target: string) => {
  mkdirSync(dirname(join(folder, "data", path)), { recursive: true });
  symlinkSync(target, join(folder, "data", path));
};

/** As the entrypoint's Node build takes it. */
async function byEntrypoint(path: string) {
  const host = nodeHost([], "entrypoint");
  const place = { name: "data", path: join(folder, path) };
  const { digest } = await digestOf(host, place, join(folder, "metadata"), new CancelToken<unknown>());
  const { gitCommit: _commit, ...rest } = digest;
  return rest;
}

const here = (path: string) => {
  const found = digestBeneath(folder, path);
  return "digest" in found ? found.digest : found;
};

test.each([
  ["an empty directory", () => {}],
  ["names around the slash", () => writeAll("a.b", "a/c", "a-b", "ab")],
  ["names beyond ASCII", () => writeAll("é", "z", "\u{10000}", "\uffee", "Z/é")],
  ["links", () => [write("a"), link("b", "a"), link("sub/c", "../nowhere")]],
  [
    "a repository",
    () =>
      writeAll(
        ".git/config",
        ".git/HEAD",
        ".git/hooks/post-checkout",
        ".git/objects/ab/cd",
        ".git/objects/info/alternates",
        ".git/modules/x/config",
        ".git/modules/x/index",
        ".git/refs/heads/main",
        "sub/.git/config",
        "file",
      ),
  ],
  ["a repository elsewhere", () => [write(".git", "gitdir: ../x"), write("a")]],
  ["a linked repository", () => [link(".git", "../x"), write("a")]],
])("%s has the entrypoint's digests", async (_what, make) => {
  make();
  expect(here("data")).toEqual(await byEntrypoint("data"));
});

test("whatever is in a directory, both take the same digests", async () => {
  const name = fc.constantFrom(
    "a",
    "b",
    ".git",
    "config",
    "objects",
    "info",
    "hooks",
    "é",
    "a.b",
    "a-",
    "\u{1f600}",
  );
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
  const kind = fc.constantFrom("file", "link");
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(path, kind), { maxLength: 8, selector: ([one]) => one }),
      async (all) => {
        rmSync(join(folder, "data"), { recursive: true });
        mkdirSync(join(folder, "data"));
        for (const [one, what] of all)
          try {
            if (what === "file") write(one);
            else link(one, "target");
          } catch {
            // A file is in the way of a directory, or the other way round.
          }
        expect(here("data")).toEqual(await byEntrypoint("data"));
      },
    ),
    { numRuns: Number(process.env["RUNS"] ?? 40) },
  );
});

test("a file has its digests in all algorithms, however long it is", () => {
  const content = Buffer.alloc(700_001, "x");
  writeFileSync(join(folder, "data/file"), content);
  const hex = (algorithm: string) => createHash(algorithm).update(content).digest("hex");
  expect(here("data/file")).toEqual({ sha256: hex("sha256"), sha384: hex("sha384"), sha512: hex("sha512") });
});

test("what has no digest is refused in words", () => {
  execFileSync("mkfifo", [join(folder, "data/pipe")]);
  expect(here("data")).toEqual({
    kind: "refused",
    why: "has pipe, which is neither a file, a directory nor a link",
  });
  expect(here("data/pipe")).toEqual({ kind: "refused", why: "is a pipe, and no regular file" });
  expect(here("data/none")).toEqual({ kind: "absent" });
  rmSync(join(folder, "data/pipe"));
  link("link", "/etc/passwd");
  expect(here("data/link")).toEqual({ kind: "refused", why: "is a symbolic link, and no regular file" });
  write("one\ntwo");
  expect(here("data")).toMatchObject({ kind: "refused", why: expect.stringContaining("newline") });
});

test.each(["sha1", "sha256"] as const)("a tree has git's id of it in %s", (algorithm) => {
  const data = join(folder, "data");
  const git = (...words: string[]) => execFileSync("git", words, { cwd: data, encoding: "utf8" }).trim();
  for (const one of ["a", "a.b", "a-/x", "b/c/d", "é"]) write(one);
  write("run.sh");
  chmodSync(join(data, "run.sh"), 0o755);
  link("link", "a");
  git("init", "--quiet", `--object-format=${algorithm}`);
  git("add", "--all");
  mkdirSync(join(data, "empty/inner"), { recursive: true });
  expect(gitTree(data, algorithm)).toEqual({ kind: "tree", id: git("write-tree") });
  expect(readFileSync(join(data, "a"), "utf8")).toBe("a");
});
