// Declared artifacts: hashed as in-toto has it when the command has succeeded, verified before the next one starts.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import type { DeclaredArtifacts, Provenance } from "../../entrypoint/protocol/index.ts";
import { BUILDS, NATIVE, REAL, type StepOptions, startStep, waitFor, within } from "./_entrypoint.ts";
import { type RunFolder, runFolder } from "./_run.ts";

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");
const shell = (run: RunFolder, script: string): string =>
  execFileSync("sh", ["-ec", script], { cwd: run.path, encoding: "utf8" }).trim();
const declare = (artifacts: DeclaredArtifacts, options: StepOptions = {}): StepOptions => ({
  ...options,
  flags: ["-artifacts", JSON.stringify(artifacts), ...(options.flags ?? [])],
});
const provenance = (run: RunFolder, index: number): Provenance =>
  JSON.parse(readFileSync(`${run.metadata(index)}/artifacts/provenance.json`, "utf8"));
const from = (run: RunFolder, index: number) => `${run.metadata(index)}/artifacts/provenance.json`;

function plant(run: RunFolder, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(run.file(name)), { recursive: true });
    writeFileSync(run.file(name), text);
  }
}

/** As the in-toto specification has it, word for word. */
const DIR_HASH =
  "find . -path ./.git -prune -o -type f -print | cut -c3- | LC_ALL=C sort | xargs -r -d '\\n' sha256sum | sha256sum | cut -f1 -d' '";

describe.each(BUILDS)("$name: artifacts", (build) => {
  test("a file and a directory that a command leaves are hashed, written down, and verified by the next step", async () => {
    const run = runFolder();
    plant(run, { "site/index.html": "hi", "site/a-b": "", "site/a/b": "1", "site/a.c": "2" });
    plant(run, { "site/日本 🚀": "3", "site/\ufffd": "4", "site/a/deep/er": "5", "site/.git-not": "6" });
    mkdirSync(run.file("site/empty"));
    const dirHash = shell(run, `cd site; ${DIR_HASH}`);
    const outputs = [
      { name: "site", path: run.file("site"), buildOutput: true },
      { name: "file", path: run.file("out file") },
    ];
    const first = startStep(build, run, 0, ["sh", "-c", "printf hello > 'out file'"], declare({ outputs }));
    const inputs = outputs.map(({ name, path }) => ({
      name: `${name}-in`,
      path,
      output: name,
      from: from(run, 0),
    }));
    const next = startStep(build, run, 1, ["true"], declare({ inputs }, { after: [0] }));
    expect((await first.ended).code).toBe(0);
    expect(await next.ended).toMatchObject({ code: 0, stderr: "" });
    const site = { digest: { dirHash }, uri: `file://${run.file("site")}` };
    const file = { digest: { sha256: sha256("hello") }, uri: `file://${run.file("out%20file")}` };
    expect(provenance(run, 0)).toEqual({
      inputs: [],
      outputs: [
        { name: "site", values: [site], buildOutput: true },
        { name: "file", values: [file] },
      ],
    });
    expect(run.status(0).artifacts).toEqual({
      outputs: [
        { name: "site", ...site, size: 8, buildOutput: true },
        { name: "file", ...file, size: 5 },
      ],
    });
    expect(run.status(1).artifacts).toEqual({
      inputs: [
        { name: "site-in", ...site, size: 8 },
        { name: "file-in", ...file, size: 5 },
      ],
    });
    expect(sha256(readFileSync(`${run.metadata(0)}/artifacts/site.sha256`, "utf8"))).toBe(dirHash);
    expect(shell(run, `cd site; sha256sum --check --quiet ${run.metadata(0)}/artifacts/site.sha256`)).toBe(
      "",
    );
  });

  test.each<[string, string, string]>([
    ["a changed file", "printf x > site/a", "changed a"],
    ["an added file", "printf x > site/c", "added c"],
    ["a removed file", "rm site/a", "removed a"],
    ["a link that leads elsewhere", "ln -sfn /etc/shadow site/link", "changed link"],
    ["a file that became a link", "ln -sf b site/a", "removed a, added a"],
    [
      "many files",
      "for n in 1 2 3 4 5; do printf x > site/n$n; done",
      "added n1, added n2, added n3 and 2 more",
    ],
  ])("%s fails the consumer before its command, by name", async (_what, tamper, words) => {
    const run = runFolder();
    plant(run, { "site/a": "1", "site/b": "2" });
    symlinkSync("b", run.file("site/link"));
    const outputs = [{ name: "site", path: run.file("site") }];
    await startStep(build, run, 0, ["true"], declare({ outputs })).ended;
    shell(run, tamper);
    const inputs = [{ name: "site", path: run.file("site"), from: from(run, 0), output: "site" }];
    const ended = await startStep(build, run, 1, ["touch", run.file("ran")], declare({ inputs })).ended;
    expect(ended.code).toBe(125);
    expect(run.status(1)).toMatchObject({
      state: "setupFailed",
      by: "entrypoint",
      reason: "ArtifactChanged",
      message: `artifact "site" of s0 has changed: ${words}`,
    });
    expect(run.read("ran")).toBeUndefined();
  });

  test("links that appear where there were none are a change, too", async () => {
    const run = runFolder();
    plant(run, { "site/a": "1" });
    await startStep(build, run, 0, ["true"], declare({ outputs: [{ name: "site", path: run.file("site") }] }))
      .ended;
    symlinkSync("a", run.file("site/link"));
    const inputs = [{ name: "site", path: run.file("site"), from: from(run, 0), output: "site" }];
    await startStep(build, run, 1, ["true"], declare({ inputs })).ended;
    expect(run.status(1).message).toBe('artifact "site" of s0 has changed: added link');
  });

  test.each<[string, string, string]>([
    ["on a branch", "true", "https://example.com/org/repo.git"],
    ["with packed refs", "git pack-refs --all", "https://example.com/org/repo.git"],
    ["detached", "git checkout --quiet --detach", "https://example.com/org/repo.git"],
    [
      "with credentials",
      "git remote set-url origin https://me:s3cret@example.com/r?token=s3cret",
      "https://example.com/r",
    ],
    ["by ssh", "git remote set-url origin git@example.com:org/repo", "ssh://git@example.com/org/repo"],
    ["from a folder", "git remote set-url origin /srv/repo", "file:///srv/repo"],
  ])("a checkout %s is its commit", async (_how, command, origin) => {
    const run = runFolder();
    plant(run, { "source/file": "1" });
    const commit = shell(
      run,
      `cd source; git init --quiet .; git add .
       git -c user.name=n -c user.email=e@e commit --quiet -m m
       git remote add origin https://example.com/org/repo.git; ${command}; git rev-parse HEAD`,
    );
    const dirHash = shell(run, `cd source; ${DIR_HASH}`);
    await startStep(
      build,
      run,
      0,
      ["true"],
      declare({ outputs: [{ name: "source", path: run.file("source") }] }),
    ).ended;
    const rules = "find .git/config .git/hooks .git/info -type f | LC_ALL=C sort | xargs sha256sum";
    const digest = {
      dirHash,
      dirGit: shell(run, `cd source; ${rules} | sha256sum | cut -c1-64`),
      gitCommit: commit,
    };
    expect(run.status(0).artifacts?.outputs).toEqual([
      { name: "source", digest, uri: `git+${origin}@${commit}`, size: 1 },
    ]);
    expect(shell(run, `cat ${run.metadata(0)}/artifacts/* ${run.metadata(0)}/status.json`)).not.toContain(
      "s3cret",
    );
  });

  test("a reference that the command writes itself is kept; what it says of a declared path is not", async () => {
    const run = runFolder();
    plant(run, { file: "1" });
    const image = { name: "image", values: [{ digest: { sha256: "0".repeat(64) }, uri: "oci://r/i" }] };
    const lie = { name: "file", values: [{ digest: { sha256: "1".repeat(64) }, uri: "lie" }] };
    const other = { name: "other", values: [{ digest: { sha1: "ab" }, uri: "o" }] };
    const text = JSON.stringify({ outputs: [lie, image, other], inputs: [other] });
    const outputs = [
      { name: "image", buildOutput: true },
      { name: "file", path: run.file("file") },
    ];
    const script = `mkdir -p "$0"; printf %s '${text}' > "$0/provenance.json"`;
    await startStep(build, run, 0, ["sh", "-c", script, `${run.metadata(0)}/artifacts`], declare({ outputs }))
      .ended;
    expect(provenance(run, 0)).toEqual({
      inputs: [other],
      outputs: [
        { ...image, buildOutput: true },
        { name: "file", values: [{ digest: { sha256: sha256("1") }, uri: `file://${run.file("file")}` }] },
        other,
      ],
    });
    const words = ["uri", "digest"].map((field) => `$(steps.a.outputs.image.${field})`);
    symlinkSync(run.metadata(0), `${run.steps}/step-a`);
    const read = await startStep(build, run, 1, ["echo", ...words, "$(steps.a.outputs.other.digest)"]).ended;
    expect(read.stdout).toBe(`oci://r/i sha256:${"0".repeat(64)} sha1:ab\n`);
  });

  test.each<[string, string | undefined, string, string]>([
    ["is not there", undefined, "ArtifactMissing", "wrote no reference to"],
    ["has no uri", '[{"digest":{"sha256":"ab"}}]', "ArtifactInvalid", "a value has no uri"],
    ["has no digest", '[{"uri":"u","digest":{}}]', "ArtifactInvalid", "u has no digest"],
    ["is no hex", '[{"uri":"u","digest":{"sha256":"xyz"}}]', "ArtifactInvalid", "the sha256 of u is not"],
    ["has no values", "[]", "ArtifactInvalid", "it has no values"],
  ])("a reference that %s fails the step", async (_what, values, reason, words) => {
    const run = runFolder();
    const text = values === undefined ? "{}" : `{"outputs":[{"name":"image","values":${values}}]}`;
    const script = `printf %s '${text}' > "$0/provenance.json"`;
    const command = ["sh", "-c", script, `${run.metadata(0)}/artifacts`];
    const ended = await startStep(build, run, 0, command, declare({ outputs: [{ name: "image" }] })).ended;
    expect(ended.code).toBe(1);
    expect(run.status(0)).toMatchObject({ state: "failed", by: "entrypoint", reason });
    expect(run.status(0).message).toContain(words);
    expect(existsSync(`${run.post(0)}.err`)).toBe(true);
  });

  test("an output that is not there fails the step, one that has no digest too", async () => {
    const run = runFolder();
    const fail = async (index: number, path: string) => {
      const outputs = [{ name: "out", path: run.file(path) }];
      const ended = await startStep(build, run, index, ["true"], declare({ outputs })).ended;
      expect(ended.code).toBe(1);
      return run.status(index);
    };
    expect(await fail(0, "none")).toMatchObject({
      state: "failed",
      by: "entrypoint",
      reason: "ArtifactMissing",
      message: `artifact "out": there is no ${run.file("none")}`,
    });
    shell(run, "mkdir pipes lines; mkfifo pipes/p; touch 'lines/a\nb'");
    expect((await fail(1, "pipes")).message).toBe(
      `artifact "out": ${run.file("pipes/p")} is neither a file, a directory nor a link`,
    );
    expect((await fail(2, "lines")).message).toContain("has a newline in its name");
    expect((await fail(3, "pipes/p")).reason).toBe("ArtifactInvalid");
  });

  test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ["that is right", { sha256: sha256("1") }, undefined],
    ["that is wrong", { sha256: sha256("2") }, "ArtifactChanged"],
    ["of another kind", { dirHash: sha256("2") }, "ArtifactChanged"],
    ["that nobody computes here", { sha512: "ab" }, "ArtifactInvalid"],
  ])("an input pinned to a digest %s", async (_what, digest, reason) => {
    const run = runFolder();
    plant(run, { file: "1" });
    const inputs = [{ name: "file", path: run.file("file"), digest }];
    const ended = await startStep(build, run, 0, ["touch", run.file("ran")], declare({ inputs })).ended;
    expect(ended.code).toBe(reason === undefined ? 0 : 125);
    expect(run.status(0).reason).toBe(reason);
    expect(run.read("ran")).toBe(reason === undefined ? "" : undefined);
  });

  test("an input whose producer left none fails the step, and says how that went", async () => {
    const run = runFolder();
    plant(run, { file: "1" });
    const outputs = [{ name: "file", path: run.file("file") }];
    await startStep(build, run, 0, ["false"], declare({ outputs }, { flags: ["-on_error", "continue"] }))
      .ended;
    const inputs = [{ name: "file", path: run.file("file"), from: from(run, 0), output: "file" }];
    await startStep(build, run, 1, ["true"], declare({ inputs }, { after: [0] })).ended;
    expect(run.status(1)).toMatchObject({
      state: "setupFailed",
      reason: "ArtifactMissing",
      message: 'artifact "file": s0 has left no output "file" (its state is failed)',
    });
  });

  test("what a failed run of the command left is no artifact of the next one", async () => {
    const run = runFolder();
    const stale = '{"outputs":[{"name":"old","values":[{"uri":"u","digest":{"sha1":"ab"}}]}]}';
    const script = `[ -e tried ] || { touch tried; printf %s '${stale}' > "$0/provenance.json"; exit 1; }; echo > file`;
    const outputs = [{ name: "file", path: run.file("file") }];
    const options = declare({ outputs }, { flags: ["-retries", "1", "-retry_backoff", "1ms"] });
    await startStep(build, run, 0, ["sh", "-c", script, `${run.metadata(0)}/artifacts`], options).ended;
    expect(provenance(run, 0).outputs?.map(({ name }) => name)).toEqual(["file"]);
    expect(run.status(0).attempt).toBe(2);
  });

  test.each([
    ["no JSON", "{"],
    ["no names", '{"inputs":[{"path":"/x"}]}'],
    ["a name that is a path", '{"outputs":[{"name":"../x","path":"/x"}]}'],
  ])("%s in -artifacts is a wrong flag", async (_what, text) => {
    const run = runFolder();
    const ended = await startStep(build, run, 0, ["true"], { flags: ["-artifacts", text] }).ended;
    expect(ended.code).toBe(2);
    expect(run.status(0).reason).toBe("InvalidFlags");
  });
});

describe.each(REAL)("$name: artifacts of much data", (build) => {
  test.each<[string, (run: RunFolder) => DeclaredArtifacts, readonly string[], string]>([
    ["inputs, by SIGTERM", (run) => ({ inputs: [{ name: "big", path: run.file("big") }] }), [], "cancelled"],
    [
      "outputs, by SIGTERM",
      (run) => ({ outputs: [{ name: "big", path: run.file("big") }] }),
      [],
      "cancelled",
    ],
    [
      "inputs, by the run's timeout",
      (run) => ({ inputs: [{ name: "big", path: run.file("big") }] }),
      ["-run_timeout", "1s"],
      "timedOut",
    ],
    [
      "outputs, by the Task's timeout",
      (run) => ({ outputs: [{ name: "big", path: run.file("big") }] }),
      ["-task_timeout", "1s"],
      "timedOut",
    ],
  ])("the hashing of %s ends early", async (_what, artifacts, flags, state) => {
    const run = runFolder();
    plant(run, { big: "" });
    truncateSync(run.file("big"), 2 ** 40);
    const step = startStep(build, run, 0, ["touch", run.file("ran")], declare(artifacts(run), { flags }));
    const isHashing = () => {
      if (artifacts(run).outputs !== undefined) return run.read("ran") === "";
      return existsSync(`${run.post(0)}.alive`);
    };
    await waitFor("it hashes", isHashing);
    if (flags.length === 0) step.kill("SIGTERM");
    await within(10_000, "it ends", step.ended);
    expect(run.status(0)).toMatchObject({ state, by: "entrypoint" });
    expect(existsSync(`${run.post(0)}.err`)).toBe(true);
  });
});

describe.each(NATIVE)("$name: artifacts with names of bytes", (build) => {
  test("a name that is no UTF-8 has no place in a digest", async () => {
    const run = runFolder();
    mkdirSync(run.file("bytes"));
    shell(run, "touch \"$(printf 'bytes/\\377')\"");
    await startStep(build, run, 0, ["true"], declare({ outputs: [{ name: "out", path: run.file("bytes") }] }))
      .ended;
    expect(run.status(0)).toMatchObject({ state: "failed", reason: "ArtifactInvalid" });
    expect(run.status(0).message).toContain("is no UTF-8");
  });
});
