// Statements that are what they say, and all the ways in which they are not.
import { execFileSync } from "node:child_process";
import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { digestBeneath } from "../../../injector/beneath/digest.ts";
import { signed } from "../../../injector/provenance/dsse.ts";
import { statementOf } from "../../../injector/provenance/statement.ts";
import type { Policy } from "../../../injector/verify/policy.ts";
import { verifyingKey } from "../../../injector/verify/signature.ts";
import { type Verdict, verdictText, verify } from "../../../injector/verify/verify.ts";
import { aRecord, COMMIT, hex } from "../provenance/_record.ts";

const BUILDER = "https://example.com/ci";
const ed25519 = generateKeyPairSync("ed25519");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-verify-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

interface Asked extends Partial<Policy> {
  readonly paths?: readonly string[];
  readonly key?: KeyObject;
}

const ask = (document: unknown, asked: Asked = {}): Promise<Verdict> =>
  verify({
    statement: { text: typeof document === "string" ? document : JSON.stringify(document), file: "s.json" },
    key: { key: asked.key ?? ed25519.publicKey, file: "public.pem" },
    policy: { sources: [], params: [], ...asked },
    paths: asked.paths ?? [],
    images: [],
    signal: new AbortController().signal,
  });

const faultsOf = async (document: unknown, asked: Asked = {}) => (await ask(document, asked)).faults;

/** An envelope as others make it: the signed bytes are put together by DSSE's text. */
function enveloped(
  statement: unknown,
  by: (body: Buffer) => Buffer = (body) => sign(null, body, ed25519.privateKey),
  type = "application/vnd.in-toto+json",
) {
  const payload = Buffer.from(JSON.stringify(statement));
  const body = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
  return {
    payloadType: type,
    payload: payload.toString("base64"),
    signatures: [{ sig: by(body).toString("base64") }],
  };
}

const about = (digest: object, rest: object = {}) => ({
  _type: "https://in-toto.io/Statement/v1",
  subject: [{ name: "product", digest }],
  predicateType: "https://slsa.dev/provenance/v1",
  predicate: { buildDefinition: {}, runDetails: { builder: { id: BUILDER } } },
  ...rest,
});

const ours = () => signed(statementOf(aRecord(), { builderId: BUILDER }), ed25519.privateKey);

describe("a signature", () => {
  const [p256, p384, rsa] = [
    generateKeyPairSync("ec", { namedCurve: "P-256" }),
    generateKeyPairSync("ec", { namedCurve: "P-384" }),
    generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ];
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  test.each([
    ["Ed25519", ed25519.publicKey, (body: Buffer) => sign(null, body, ed25519.privateKey)],
    ["ECDSA P-256", p256.publicKey, (body: Buffer) => sign("sha256", body, p256.privateKey)],
    [
      "ECDSA P-384 with its own hash",
      p384.publicKey,
      (body: Buffer) => sign("sha384", body, p384.privateKey),
    ],
    ["ECDSA P-384 with SHA-256", p384.publicKey, (body: Buffer) => sign("sha256", body, p384.privateKey)],
    ["RSA", rsa.publicKey, (body: Buffer) => sign("sha256", body, rsa.privateKey)],
    ["RSA-PSS", rsa.publicKey, (body: Buffer) => sign("sha256", body, { key: rsa.privateKey, ...pss })],
  ])("by %s is verified, and nobody else's is", async (_kind, key, by) => {
    const envelope = enveloped(about({ sha256: hex("aa") }), by);
    expect(await ask(envelope, { key })).toMatchObject({ verified: true, faults: [] });
    const other = key === p256.publicKey ? p384.publicKey : p256.publicKey;
    expect(await faultsOf(envelope, { key: other })).toEqual([
      "s.json is not signed by the key of public.pem, or was changed since",
    ]);
  });

  test("is over the type as well as over the text", async () => {
    const envelope = enveloped(about({ sha256: hex("aa") }));
    const changed = { ...envelope, payloadType: "application/vnd.in-toto.provenance+json" };
    expect((await ask(changed)).verified).toBe(false);
    const text = Buffer.from(envelope.payload, "base64").toString().replace("product", "Product");
    expect((await ask({ ...envelope, payload: Buffer.from(text).toString("base64") })).verified).toBe(false);
  });

  test("one of several is enough", async () => {
    const envelope = enveloped(about({ sha256: hex("aa") }));
    const signatures = [{ sig: "AAAA" }, { keyid: "x" }, null, ...envelope.signatures];
    expect((await ask({ ...envelope, signatures })).verified).toBe(true);
  });

  test.each([
    ["is a private key", ed25519.privateKey.export({ type: "pkcs8", format: "pem" }) as string],
    ["holds no public key or certificate", "none"],
    [
      "is a key of RSA of 1024 bits that is not used here",
      generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({
        type: "spki",
        format: "pem",
      }) as string,
    ],
    [
      "is a key of ECDSA secp256k1 that is not used here",
      generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey.export({
        type: "spki",
        format: "pem",
      }) as string,
    ],
  ])("a key that %s is refused", (message, pem) => {
    expect(() => verifyingKey(pem, "key.pem")).toThrow(`key.pem ${message}`);
  });

  test("may be given by a certificate", async () => {
    const words = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-subj",
      "/CN=x",
    ];
    const pem = execFileSync("openssl", [...words, "-keyout", join(folder, "k.pem")], {
      encoding: "utf8",
      stdio: "pipe",
    });
    expect(verifyingKey(pem, "cert.pem").asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
  });
});

describe("a file of statements", () => {
  const one = enveloped(about({ sha256: hex("aa") }));
  test.each([
    ["an envelope", JSON.stringify(one)],
    ["a line each", `${JSON.stringify(one)}\n${JSON.stringify(enveloped(about({ sha256: hex("bb") })))}\n`],
    [
      "a line that somebody else signed, and one",
      `${JSON.stringify({ ...one, signatures: [{ sig: "AA" }] })}\n${JSON.stringify(one)}`,
    ],
    [
      "a bundle of Sigstore's",
      JSON.stringify({ mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json", dsseEnvelope: one }),
    ],
    [
      "an old bundle of cosign's",
      JSON.stringify({ base64Signature: Buffer.from(JSON.stringify(one)).toString("base64"), cert: "" }),
    ],
    [
      "version 0.1",
      JSON.stringify(enveloped(about({ sha256: hex("aa") }, { _type: "https://in-toto.io/Statement/v0.1" }))),
    ],
  ])("may be %s", async (_what, text) => {
    expect(await ask(text)).toMatchObject({ verified: true });
  });

  test.each([
    ["s.json is empty", ""],
    ["s.json is no DSSE envelope", "{}"],
    ["s.json is no DSSE envelope", "[1]"],
    ["s.json is no DSSE envelope", "null"],
    ["s.json is no DSSE envelope", "not JSON"],
    ["s.json:2 is no DSSE envelope", `${JSON.stringify(one)}\n{\n`],
    ["s.json is a bare statement, which is not signed", JSON.stringify(about({ sha256: hex("aa") }))],
    ["s.json is not signed", JSON.stringify({ ...one, signatures: [] })],
    ["s.json is not signed", JSON.stringify({ ...one, signatures: [{ keyid: "a" }] })],
    [
      "s.json has more than 100 signatures",
      JSON.stringify({ ...one, signatures: Array(101).fill(one.signatures[0]) }),
    ],
    [
      "s.json is a bundle with the signature of a file, and no statement",
      JSON.stringify({ messageSignature: {} }),
    ],
    ["s.json has more than 1000 statements", "{}\n".repeat(3000)],
    ["s.json is no DSSE envelope", "[".repeat(200_000) + "]".repeat(200_000)],
  ])("%s", async (said, text) => {
    expect(await faultsOf(text)).toEqual([said]);
  });

  test.each([
    ['s.json holds "text/plain", and no statement of in-toto', enveloped({}, undefined, "text/plain")],
    ["s.json holds no statement of in-toto", enveloped([])],
    ["s.json holds no statement of in-toto", enveloped({ _type: "https://in-toto.io/Statement/v9" })],
    ["s.json holds a statement without predicateType", enveloped(about({}, { predicateType: 1 }))],
    ["s.json is about nothing that has a digest", enveloped(about({}))],
    ["s.json is about nothing that has a digest", enveloped(about({ sha256: 7 }))],
    ["s.json is about nothing that has a digest", enveloped(about({}, { subject: "all" }))],
  ])("%s, though it is signed", async (said, envelope) => {
    expect(await faultsOf(envelope)).toEqual([said]);
  });
});

describe("what one has", () => {
  test("is a subject by its digest, whatever it is called", async () => {
    const path = write("renamed", "content");
    const verdict = await ask(enveloped(about({ sha256: sha256("content") })), { paths: [path] });
    expect(verdict).toMatchObject({
      verified: true,
      matches: [{ what: path, subject: { name: "product" } }],
    });
  });

  test("is no subject when it was changed, in words", async () => {
    const path = write("product", "changed");
    expect(await faultsOf(enveloped(about({ sha256: sha256("content") })), { paths: [path] })).toEqual([
      `${path} is not what was built: it has sha256:${sha256("changed")}, and product had sha256:${sha256("content")}`,
    ]);
    expect(await faultsOf(enveloped(about({ sha256: hex("aa") })), { paths: [`${path}.none`] })).toEqual([
      `there is no ${path}.none`,
    ]);
  });

  test("has to be the same by every algorithm, and by one that is worth something", async () => {
    const path = write("product", "x");
    const good = { sha256: sha256("x") };
    expect((await ask(enveloped(about({ ...good, md5: "00" })), { paths: [path] })).verified).toBe(true);
    expect((await ask(enveloped(about({ ...good, sha512: "00" })), { paths: [path] })).verified).toBe(false);
    const weak = createHash("sha1").update("x").digest("hex");
    expect((await ask(enveloped(about({ sha1: weak })), { paths: [path] })).verified).toBe(false);
  });

  test("that is a link, or behind what is none, is refused", async () => {
    write("real", "x");
    symlinkSync(join(folder, "real"), join(folder, "link"));
    expect(
      await faultsOf(enveloped(about({ sha256: sha256("x") })), { paths: [join(folder, "link")] }),
    ).toEqual([`${join(folder, "link")} is a symbolic link, and no regular file`]);
  });

  test("may be a directory, in which nothing may be added", async () => {
    mkdirSync(join(folder, "site"));
    write("site/page", "x");
    const found = digestBeneath(folder, "site");
    const envelope = enveloped(about("digest" in found ? found.digest : {}));
    const paths = [join(folder, "site")];
    expect((await ask(envelope, { paths })).verified).toBe(true);
    symlinkSync("page", join(folder, "site/link"));
    expect(await faultsOf(envelope, { paths })).toEqual([expect.stringContaining("is not what was built")]);
  });

  test("may be a checkout, to the byte, whatever its repository says", async () => {
    const path = join(folder, "source");
    mkdirSync(path);
    write("source/main.c", "int main;\n");
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=e@e", ...words], {
        cwd: path,
        encoding: "utf8",
      }).trim();
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "-m", "m");
    const envelope = enveloped(about({ gitCommit: git("rev-parse", "HEAD") }));
    const ran = join(folder, "ran");
    appendFileSync(
      join(path, ".git/config"),
      `[core]\n fsmonitor = "touch ${ran}"\n[alias]\n cat-file = "!touch ${ran}"\n`,
    );
    expect(await faultsOf(envelope, { paths: [path] })).toEqual([]);
    expect(digestBeneath(folder, "ran")).toEqual({ kind: "absent" });
    write("source/added", "");
    expect(await faultsOf(envelope, { paths: [path] })).toEqual([expect.stringContaining("is not commit")]);
    expect(await faultsOf(enveloped(about({ gitCommit: COMMIT })), { paths: [path] })).toEqual([
      `${path} has no commit ${COMMIT}`,
    ]);
  });

  test("is said to be uncompared where nothing is named", async () => {
    const text = verdictText(await ask(ours()));
    expect(text).toContain(`about     product (sha256:${hex("aa")})`);
    expect(text).toContain("the statement is verified; nothing was compared with it: name the files\n");
  });
});

describe("the policy", () => {
  test("holds for what we have attested", async () => {
    const verdict = await ask(ours(), {
      builderId: BUILDER,
      sources: [
        "git+https://example.com/app.git",
        `https://example.com/app@${COMMIT}`,
        "example.com/tasks",
        `sha256:${hex("11")}`,
      ],
      params: [
        ["version", "1.0"],
        ["flags", "-a,-b"],
      ],
    });
    expect(verdict.faults).toEqual([]);
    expect(verdict.verified).toBe(true);
  });

  test("says all that is otherwise", async () => {
    const wanted = {
      builderId: "https://example.com/other",
      sources: [
        "https://example.com/evil",
        `https://example.com/app@${"ab".repeat(20)}`,
        `sha256:${hex("00")}`,
      ],
      params: [
        ["version", "2.0"],
        ["toString", "x"],
      ] as const,
    };
    expect(await faultsOf(ours(), wanted)).toEqual([
      `s.json: it was built by ${BUILDER}, not by https://example.com/other`,
      "s.json: it was not built from https://example.com/evil",
      `s.json: it was built from https://example.com/app at ${COMMIT}, not at ${"ab".repeat(20)}`,
      `s.json: sha256:${hex("00")} is not among what it was built from`,
      's.json: its param "version" is "1.0", not "2.0"',
      's.json: it was built without a param "toString"',
    ]);
  });

  /** As slsa-github-generator's generic builder writes it, shortened. */
  const github02 = about(
    { sha256: hex("aa") },
    {
      _type: "https://in-toto.io/Statement/v0.1",
      predicateType: "https://slsa.dev/provenance/v0.2",
      predicate: {
        builder: { id: `${BUILDER}/generator.yml@refs/tags/v1.9.0` },
        buildType: "https://github.com/slsa-framework/slsa-github-generator/generic@v1",
        invocation: {
          configSource: {
            uri: "git+https://github.com/org/app@refs/heads/main",
            digest: { sha1: COMMIT },
            entryPoint: ".github/workflows/release.yml",
          },
          parameters: { release: "yes" },
        },
        materials: [
          { uri: "git+https://github.com/org/app@refs/heads/main", digest: { sha1: COMMIT } },
          { uri: "git+https://github.com/evil/library@refs/heads/main", digest: { sha1: COMMIT } },
        ],
      },
    },
  );
  const github1 = about(
    { sha256: hex("aa") },
    {
      predicate: {
        buildDefinition: {
          externalParameters: {
            inputs: { release: "yes" },
            workflow: { repository: "https://github.com/org/app", ref: "refs/heads/main" },
          },
          resolvedDependencies: [
            { uri: "git+https://github.com/evil/library@refs/heads/main", digest: { gitCommit: COMMIT } },
            { uri: "git+https://github.com/org/app@refs/heads/main", digest: { gitCommit: COMMIT } },
          ],
        },
        runDetails: { builder: { id: `${BUILDER}/generator.yml@refs/tags/v1.9.0` } },
      },
    },
  );

  test.each([
    ["v0.2", github02],
    ["v1", github1],
  ])(
    "reads what GitHub's builders write (%s): their source, and not any dependency",
    async (_version, statement) => {
      const envelope = enveloped(statement);
      const wanted = {
        builderId: `${BUILDER}/generator.yml@refs/tags/v1.9.0`,
        sources: [`github.com/org/app@${COMMIT}`],
        params: [["release", "yes"]] as const,
      };
      expect((await ask(envelope, wanted)).faults).toEqual([]);
      expect(await faultsOf(envelope, { sources: ["github.com/evil/library"] })).toEqual([
        "s.json: it was not built from github.com/evil/library, but from git+https://github.com/org/app@refs/heads/main",
      ]);
    },
  );

  test("asks in vain of what is no provenance", async () => {
    const sbom = enveloped(about({ sha256: hex("aa") }, { predicateType: "https://spdx.dev/Document" }));
    expect(await faultsOf(sbom, { builderId: BUILDER })).toEqual([
      "s.json: the statement is no provenance of SLSA's, but https://spdx.dev/Document: it names no builder",
    ]);
    expect((await ask(sbom)).verified).toBe(true);
  });

  test("no name in a statement makes a line of its own", async () => {
    const forged = about(
      { sha256: hex("aa") },
      { subject: [{ name: "x\nverified", digest: { sha256: hex("aa") } }] },
    );
    expect(verdictText(await ask(enveloped(forged)))).not.toMatch(/^verified/m);
  });
});
