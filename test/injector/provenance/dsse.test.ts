// Signatures, verified as others do: the bytes that are signed are put together here by DSSE's text, not by our code.
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { expect, test } from "vitest";
import { type Envelope, signed, signingKey } from "../../../injector/provenance/dsse.ts";
import { statementOf } from "../../../injector/provenance/statement.ts";
import { aRecord } from "./_record.ts";

const ed25519 = generateKeyPairSync("ed25519");
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = ({ privateKey }: { readonly privateKey: KeyObject }): string =>
  privateKey.export({ type: "pkcs8", format: "pem" }) as string;

function isSigned({ payloadType, payload, signatures }: Envelope, key: KeyObject): boolean {
  const body = Buffer.from(payload, "base64");
  const bytes = Buffer.concat([Buffer.from(`DSSEv1 28 ${payloadType} ${body.length} `), body]);
  const algorithm = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  return verify(algorithm, bytes, key, Buffer.from(signatures[0].sig, "base64"));
}

test.each([
  ["Ed25519", ed25519],
  ["ECDSA P-256", p256],
])("others verify a signature by %s, and refuse what was tampered with", (_kind, pair) => {
  const statement = statementOf(aRecord({ name: "Grüße" }), { builderId: "urn:ü" });
  const envelope = signed(statement, signingKey(pem(pair), "key.pem"));
  expect(isSigned(envelope, pair.publicKey)).toBe(true);
  expect(JSON.parse(Buffer.from(envelope.payload, "base64").toString())).toEqual(statement);
  const der = createPublicKey(pair.privateKey).export({ type: "spki", format: "der" });
  expect(envelope.signatures[0].keyid).toBe(createHash("sha256").update(der).digest("hex"));
  const text = Buffer.from(envelope.payload, "base64").toString().replace("product", "Product");
  const tampered = { ...envelope, payload: Buffer.from(text).toString("base64") };
  expect(isSigned(tampered, pair.publicKey)).toBe(false);
  const other =
    pair === p256 ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
  expect(isSigned(envelope, other.publicKey)).toBe(false);
});

const encrypted = (type: "pkcs8" | "sec1"): string =>
  p256.privateKey.export({ type, format: "pem", cipher: "aes-256-cbc", passphrase: "p" }) as string;

test.each([
  ["is encrypted", encrypted("pkcs8")],
  ["is encrypted", encrypted("sec1")],
  ["is a key of rsa that is not used here", pem(generateKeyPairSync("rsa", { modulusLength: 2048 }))],
  ["is a key of ec that is not used here", pem(generateKeyPairSync("ec", { namedCurve: "P-384" }))],
  ["holds no private key in PEM", ed25519.publicKey.export({ type: "spki", format: "pem" }) as string],
  ["holds no private key in PEM", pem(ed25519).replace(/\n.{20}/, "\nAAAA")],
])("a key that %s is refused, and not shown", (message, text) => {
  const refusal = () => signingKey(text, "key.pem");
  expect(refusal).toThrow(`key.pem ${message}`);
  const body = text.split("\n")[1] ?? "";
  expect(refusal).not.toThrow(body);
});
