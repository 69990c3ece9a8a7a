// The demo of the README: three Tasks that know nothing of each other, fused into one run.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { folder, ROOT } from "./_baton.ts";

const EXAMPLE = join(ROOT, "examples/clone-build-publish");

afterEach(() => vi.unstubAllEnvs());

test.each([
  ["private paths", undefined],
  ["substituted paths", "none"],
])(
  "clone, build, publish with %s: the commit and the digest of what is in the store, every time",
  async (_how, sandbox) => {
    vi.stubEnv("BATON_SANDBOX", sandbox);
    const { path, record } = folder({ "store/keep": "" });
    execFileSync(join(EXAMPLE, "make-repository.sh"), [join(path, "repository")]);
    const commit = execFileSync("git", ["-C", join(path, "repository"), "rev-parse", "HEAD"], {
      encoding: "utf8",
    }).trim();
    const run = () =>
      record(
        EXAMPLE,
        ...["-w", "name=repository,path=repository"],
        ...["-w", "name=data,emptyDir=", "-w", "name=store,path=store"],
      );
    const first = await run();
    expect(first).toMatchObject({ state: "succeeded", exitCode: 0 });
    expect(first.tasks.map(({ name, state }) => [name, state])).toEqual([
      ["clone", "succeeded"],
      ["build", "succeeded"],
      ["publish", "succeeded"],
    ]);
    const [blob = ""] = readdirSync(join(path, "store/sha256"));
    const digest = createHash("sha256")
      .update(readFileSync(join(path, "store/sha256", blob)))
      .digest("hex");
    expect(first.results).toEqual([
      { name: "commit", value: commit },
      { name: "digest", value: `sha256:${digest}` },
    ]);
    expect(blob).toBe(digest);
    expect((await run()).results).toEqual(first.results);
  },
);
