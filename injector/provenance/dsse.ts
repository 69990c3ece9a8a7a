// DSSE: a statement and a signature over it, in one envelope.

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { mistake } from "../diagnostics/diagnostic.ts";
import type { Statement } from "./statement.ts";

export interface Envelope {
  readonly payloadType: "application/vnd.in-toto+json";
  /** The statement in base64: these bytes are what is signed. */
  readonly payload: string;
  readonly signatures: readonly [{ readonly keyid: string; readonly sig: string }];
}

/** Of a private key's PEM, Ed25519 or ECDSA P-256. `file` is how messages call it. Throws UserError. */
export function signingKey(pem: string, file: string): KeyObject {
  if (/\bENCRYPTED\b/.test(pem))
    throw mistake(
      "bad-key",
      `${file} is encrypted`,
      "openssl pkey -in KEY -out PLAIN takes the password off",
    );
  const key = privateKey(pem);
  if (key === undefined) throw mistake("bad-key", `${file} holds no private key in PEM`, MAKE);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "ed25519" || details?.namedCurve === "prime256v1") return key;
  throw mistake("bad-key", `${file} is a key of ${type ?? "an unknown kind"} that is not used here`, MAKE);
}

export function signed(statement: Statement, key: KeyObject): Envelope {
  const payload = Buffer.from(JSON.stringify(statement));
  const algorithm = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  const sig = sign(algorithm, preAuthentication(payload), key).toString("base64");
  return {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString("base64"),
    signatures: [{ keyid: keyId(key), sig }],
  };
}

const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const MAKE = "make one: openssl genpkey -algorithm ed25519 -out key.pem";

/** What went wrong may quote the key, so nobody is told. */
function privateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** DSSE's PAE: type and body, each with its length in front. */
export const preAuthentication = (body: Buffer, type: string = PAYLOAD_TYPE): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);

/** SHA-256 of the public key as SubjectPublicKeyInfo in DER. */
const keyId = (key: KeyObject): string =>
  createHash("sha256")
    .update(createPublicKey(key).export({ type: "spki", format: "der" }))
    .digest("hex");
