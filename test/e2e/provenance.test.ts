// Provenance of runs as others read it: the statement of a page's example, signatures by openssl, images as engines know them.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Envelope } from "../../injector/provenance/dsse.ts";
import type { Statement } from "../../injector/provenance/statement.ts";
import { yamlOf } from "../docs/_page.ts";
import { type Folder, folder, ROOT, taskOf } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "./_engines.ts";

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
const openssl = (path: string, ...words: string[]) => execFileSync("openssl", words, { cwd: path });

/** The statement in an envelope, once openssl has verified it by the public key; the bytes are put together by DSSE's text. */
function opened(path: string, file: string): Statement {
  const envelope = JSON.parse(readFileSync(join(path, file), "utf8")) as Envelope;
  const body = Buffer.from(envelope.payload, "base64");
  openssl(path, "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem");
  writeFileSync(join(path, "signature"), Buffer.from(envelope.signatures[0].sig, "base64"));
  expect(verifies(path, body)).toBe(true);
  expect(verifies(path, Buffer.from(body.toString().replace("sha256", "sha512")))).toBe(false);
  return JSON.parse(body.toString()) as Statement;
}

function verifies(path: string, body: Buffer): boolean {
  const head = `DSSEv1 28 application/vnd.in-toto+json ${body.length} `;
  writeFileSync(join(path, "signed"), Buffer.concat([Buffer.from(head), body]));
  const words = [
    "-verify",
    "-pubin",
    "-inkey",
    "public.pem",
    "-rawin",
    "-in",
    "signed",
    "-sigfile",
    "signature",
  ];
  return spawnSync("openssl", ["pkeyutl", ...words], { cwd: path }).status === 0;
}

const aKey = (path: string) => openssl(path, "genpkey", "-algorithm", "ed25519", "-out", "key.pem");

test("the example of artifacts.md says what it has built, and of which commit", async () => {
  const text = yamlOf("artifacts.md");
  const { path, baton } = folder({ "ship.yaml": text, "repository/pages/index.html": "hello\n" });
  const git = (...words: string[]) =>
    execFileSync("git", ["-C", "repository", "-c", "user.name=n", "-c", "user.email=e@e", ...words], {
      cwd: path,
      encoding: "utf8",
    }).trim();
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "m");
  aKey(path);
  const words = ["-w", "name=repository,path=repository", "-w", "name=data,emptyDir="];
  const ended = await baton("run", "ship.yaml", ...words, "--provenance", "ship.json", "--key", "key.pem");
  expect(ended.code, ended.stderr).toBe(0);
  const { subject, predicate } = opened(path, "ship.json");
  expect(subject).toEqual([
    { name: "product", uri: "file:///workspace/data/product", digest: { sha256: sha256("hello\n") } },
  ]);
  expect(predicate.buildDefinition).toMatchObject({
    externalParameters: {
      source: "ship.yaml",
      target: "Pipeline/ship",
      workspaces: { repository: { folder: "repository" }, data: { emptyDir: {} } },
    },
    internalParameters: { backend: "local" },
    resolvedDependencies: [
      { name: "ship.yaml", digest: { sha256: sha256(text) } },
      {
        name: "source",
        uri: "git+file:///workspace/repository",
        digest: { gitCommit: git("rev-parse", "HEAD") },
      },
    ],
  });
  expect(predicate.runDetails.builder.builderDependencies).toEqual([
    { name: "entrypoint", digest: { sha256: sha256(readFileSync(join(ROOT, "dist/entrypoint"))) } },
  ]);
  expect(predicate.runDetails.byproducts?.map(({ name }) => name)).toEqual(["source", "site"]);
});

const BUILD = `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: build}
spec:
  params: [{name: version, default: "1"}]
  workspaces: [{name: data}]
  sidecars: [{name: greeter, image: "${IMAGES.greeter}"}]
  steps:
    - name: build
      image: ${IMAGES.busybox}
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: secret, key: token}}}]
      script: |
        #!/bin/sh
        test "$TOKEN" = hidden-value && echo $(params.version) > $(outputs.product.path)
      artifacts: {outputs: [{name: product, path: $(workspaces.data.path)/product, buildOutput: true}]}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
stringData: {token: hidden-value}
`;

describe.each([
  { on: "podman", open: async (): Promise<Engine> => startPodman() },
  { on: "docker", open: (): Promise<Engine> => startDocker() },
])("on $on", ({ on, open }) => {
  test("images are known as the engine has resolved them, and no Secret's value is told", async () => {
    const engine = await open();
    onTestFinished(() => engine.stop());
    const { path, baton } = folder({ "build.yaml": BUILD }, engine.environment);
    aKey(path);
    const words = ["--on", on, "--network", "none", "-p", "version=2", "-w", "name=data,emptyDir="];
    const run = await baton("run", "build.yaml", ...words, "-o", "json");
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).not.toContain("hidden-value");
    writeFileSync(join(path, "record.json"), run.stdout);
    const attested = await baton("attest", "record.json", "-o", "build.json", "--key", "key.pem");
    expect(attested).toMatchObject({ code: 0, stdout: "", stderr: "" });
    const { subject, predicate } = opened(path, "build.json");
    expect(subject.map(({ name, digest }) => [name, digest])).toEqual([
      ["product", { sha256: sha256("2\n") }],
    ]);
    expect(predicate.buildDefinition.externalParameters).toMatchObject({ params: { version: "2" } });
    expect(predicate.buildDefinition.resolvedDependencies?.slice(1)).toEqual(
      [IMAGES.busybox, IMAGES.greeter].map((image) => descriptorOf(engine, image)),
    );
  });
});

/** By the digest in its repository where the engine has one (podman makes it itself), else by its id (docker). */
function descriptorOf(engine: Engine, image: string) {
  const [{ Id, RepoDigests }] = JSON.parse(engine.run(["image", "inspect", image]).stdout);
  const digest = RepoDigests[0]?.split("@sha256:")[1];
  if (digest === undefined) return { name: image, digest: { sha256: Id.replace("sha256:", "") } };
  const platform = `platform=linux%2F${process.arch === "x64" ? "amd64" : process.arch}`;
  return {
    name: image,
    uri: `pkg:docker/${image.replace(":", "@")}?${platform}`,
    digest: { sha256: digest },
  };
}

const expectRefusal = async ({ path, baton }: Folder, words: readonly string[], said: string) => {
  const { code, stderr, stdout } = await baton(...words);
  expect({ code, stdout, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  expect(existsSync(join(path, "out.json"))).toBe(false);
  return stdout;
};

test("what is wrong with the key is said before anything runs", async () => {
  const made = folder({ "task.yaml": taskOf({ one: "echo ran" }), "key.pem": "no key" });
  const words = ["run", "task.yaml", "--provenance", "out.json", "--key", "key.pem"];
  expect(await expectRefusal(made, words, "error[bad-key]: key.pem holds no private key")).toBe("");
  const unused = ["run", "task.yaml", "--key", "key.pem"];
  expect(await expectRefusal(made, unused, "add --provenance FILE")).toBe("");
  const nobody = ["run", "task.yaml", "--provenance", "out.json", "--builder-id", "me"];
  expect(await expectRefusal(made, nobody, "--builder-id me is no URI")).toBe("");
});

test("a run that fails, or has built nothing, is not attested", async () => {
  const made = folder({ "bad.yaml": taskOf({ one: "exit 3" }), "none.yaml": taskOf({ one: "echo ran" }) });
  const failed = await made.baton("run", "bad.yaml", "--provenance", "out.json");
  expect(failed.code).toBe(3);
  expect(existsSync(join(made.path, "out.json"))).toBe(false);
  const none = ["run", "none.yaml", "--provenance", "out.json"];
  expect(await expectRefusal(made, none, "error[no-subject]")).toContain("ran");
  writeFileSync(join(made.path, "record.json"), JSON.stringify(await made.record("bad.yaml")));
  await expectRefusal(made, ["attest", "record.json"], "error[run-not-succeeded]: demo failed");
  await expectRefusal(made, ["attest", "nowhere.json"], "error[file-unreadable]");
});
