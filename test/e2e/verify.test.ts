// Statements and those who verify them: cosign takes ours, we take cosign's, and an image is known by its registry.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { folder, ROOT } from "./_baton.ts";
import { startRegistry } from "./_registry.ts";

/** Debian's, which `make engines` fetches where there is none. */
const OWN = join(ROOT, "build/cosign/cosign");
const COSIGN = existsSync(OWN) ? OWN : "cosign";

const cosign = (path: string, ...words: readonly string[]) =>
  spawnSync(COSIGN, words, {
    cwd: path,
    encoding: "utf8",
    env: { ...process.env, HOME: path, COSIGN_PASSWORD: "" },
  });

const PACK = `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: pack}
spec:
  workspaces: [{name: out}]
  steps:
    - name: pack
      script: echo content > $(outputs.product.path)
      artifacts:
        outputs: [{name: product, path: $(workspaces.out.path)/product, buildOutput: true}]
`;

test("cosign verifies what we have signed, and what was changed it does not", async () => {
  const { path, baton, write } = folder({ "pack.yaml": PACK, "out/.keep": "" });
  execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem"], {
    cwd: path,
  });
  execFileSync("openssl", ["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"], { cwd: path });
  const signing = ["--provenance", "pack.json", "--key", "key.pem"];
  const run = await baton("run", "pack.yaml", "-w", "name=out,path=out", ...signing);
  expect(run.code, run.stderr).toBe(0);
  const verifying = ["verify-blob-attestation", "--key", "public.pem", "--type", "slsaprovenance1"];
  const words = [...verifying, "--signature", "pack.json", "--insecure-ignore-tlog=true", "out/product"];
  const { status, stderr } = cosign(path, ...words);
  expect(status, stderr).toBe(0);
  expect(await baton("verify", "pack.json", "out/product", "--key", "public.pem")).toMatchObject({ code: 0 });
  write("out/product", "changed");
  expect(cosign(path, ...words).status).not.toBe(0);
  expect(await baton("verify", "pack.json", "out/product", "--key", "public.pem")).toMatchObject({ code: 1 });
});

test("we verify what cosign has signed: an envelope, and a bundle", async () => {
  const predicate = {
    builder: { id: "https://example.com/builder" },
    buildType: "https://example.com/type",
    invocation: {
      configSource: { uri: "git+https://example.com/app@refs/heads/main", digest: { sha1: "c0".repeat(20) } },
    },
  };
  const { path, baton, write } = folder({ product: "content", "predicate.json": JSON.stringify(predicate) });
  expect(cosign(path, "generate-key-pair").status).toBe(0);
  const attesting = [
    "attest-blob",
    "--key",
    "cosign.key",
    "--type",
    "slsaprovenance02",
    "--predicate",
    "predicate.json",
  ];
  const outputs = [
    ["--output-signature", "a.json"],
    ["--new-bundle-format", "--bundle", "b.json"],
  ];
  for (const output of outputs) {
    const { status, stderr } = cosign(
      path,
      ...attesting,
      "--tlog-upload=false",
      "--yes",
      ...output,
      "product",
    );
    expect(status, stderr).toBe(0);
  }
  const policy = [
    "--builder-id",
    "https://example.com/builder",
    "--source",
    `example.com/app@${"c0".repeat(20)}`,
  ];
  for (const file of ["a.json", "b.json"])
    expect(await baton("verify", file, "product", "--key", "cosign.pub", ...policy)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^is so {5}product is product \(sha256:.*\nverified\n$/m),
    });
  write("product", "changed");
  expect(await baton("verify", "a.json", "product", "--key", "cosign.pub", ...policy)).toMatchObject({
    code: 1,
  });
});

test("an image is what its registry has", async () => {
  const registry = await startRegistry();
  onTestFinished(() => registry.stop());
  const image = `${registry.host}/app:1`;
  const digest = await push(registry.host, "app", "1", "{}");
  const { path, baton } = folder({});
  execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", "key.pem"], { cwd: path });
  execFileSync("openssl", ["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"], { cwd: path });
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: image, digest: { sha256: digest } }],
    predicateType: "x",
  };
  const payload = Buffer.from(JSON.stringify(statement));
  const type = "application/vnd.in-toto+json";
  writeFileSync(join(path, "signed"), `DSSEv1 ${type.length} ${type} ${payload.length} ${payload}`);
  const sig = execFileSync("openssl", ["pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-in", "signed"], {
    cwd: path,
  });
  const envelope = {
    payloadType: type,
    payload: payload.toString("base64"),
    signatures: [{ sig: sig.toString("base64") }],
  };
  writeFileSync(join(path, "s.json"), JSON.stringify(envelope));
  const words = ["verify", "s.json", "--key", "public.pem", "--image", image];
  expect(await baton(...words)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`is so     ${image}`),
  });
  await push(registry.host, "app", "1", '{"os":"other"}');
  expect(await baton(...words)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("is not what was built"),
  });
});

/** An image of nothing but its configuration; the digest of its manifest. */
async function push(host: string, name: string, tag: string, config: string): Promise<string> {
  const hex = (text: string) => createHash("sha256").update(text).digest("hex");
  const begun = await fetch(`http://${host}/v2/${name}/blobs/uploads/`, { method: "POST" });
  const place = new URL(begun.headers.get("location") ?? "", `http://${host}`);
  place.searchParams.set("digest", `sha256:${hex(config)}`);
  const put = { method: "PUT", headers: { "content-type": "application/octet-stream" }, body: config };
  expect((await fetch(place, put)).status).toBe(201);
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const type = "application/vnd.oci.image.config.v1+json";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: type, digest: `sha256:${hex(config)}`, size: config.length },
    layers: [],
  });
  const headers = { "content-type": mediaType };
  const pushed = await fetch(`http://${host}/v2/${name}/manifests/${tag}`, {
    method: "PUT",
    headers,
    body: manifest,
  });
  expect(pushed.status).toBe(201);
  return hex(manifest);
}
