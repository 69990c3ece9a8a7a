// Whose signature it is: DSSE's bytes, verified by a public key.

import { constants, createPublicKey, type KeyObject, verify, X509Certificate } from "node:crypto";
import { mistake } from "../diagnostics/diagnostic.ts";
import { preAuthentication } from "../provenance/dsse.ts";
import type { Enveloped } from "./envelope.ts";

/** Of a public key's PEM, or of a certificate's, whose issuer is not looked at. `file` is how messages call it. Throws UserError. */
export function verifyingKey(pem: string, file: string): KeyObject {
  if (/PRIVATE KEY-----/.test(pem))
    throw mistake(
      "bad-key",
      `${file} is a private key: whoever verifies must not have it`,
      "openssl pkey -in KEY -pubout",
    );
  const key = publicKey(pem);
  if (key === undefined)
    throw mistake(
      "bad-key",
      `${file} holds no public key or certificate in PEM`,
      "openssl pkey -in KEY -pubout",
    );
  if (isUsed(key)) return key;
  throw mistake("bad-key", `${file} is a key of ${nameOf(key)} that is not used here`, USED);
}

const USED = "use Ed25519, ECDSA (P-256, P-384, P-521), or RSA of 2048 bits and more";

function publicKey(pem: string): KeyObject | undefined {
  try {
    return /BEGIN CERTIFICATE-----/.test(pem) ? new X509Certificate(pem).publicKey : createPublicKey(pem);
  } catch {
    return undefined;
  }
}

/** The hash that belongs to a curve; many programs take SHA-256 for all of them. */
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: "sha256",
  secp384r1: "sha384",
  secp521r1: "sha512",
};

const isUsed = ({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): boolean =>
  type === "ed25519" ||
  (type === "ec" && Object.hasOwn(CURVES, details.namedCurve ?? "")) ||
  (type === "rsa" && (details.modulusLength ?? 0) >= 2048);

/** As people call it. */
export function nameOf({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): string {
  if (type === "ed25519") return "Ed25519";
  if (type === "rsa") return `RSA of ${details.modulusLength} bits`;
  if (type === "ec") return `ECDSA ${NAMES[details.namedCurve ?? ""] ?? details.namedCurve}`;
  return type ?? "an unknown kind";
}

const NAMES: Readonly<Record<string, string>> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

export function isSignedBy({ payload, payloadType, signatures }: Enveloped, key: KeyObject): boolean {
  const body = preAuthentication(payload, payloadType);
  return signatures.some((signature) => checks(key).some((check) => check(body, signature)));
}

type Check = (body: Buffer, signature: Buffer) => boolean;

function checks(key: KeyObject): readonly Check[] {
  const by =
    (algorithm: string | null, options: object = {}): Check =>
    (body, signature) =>
      verify(algorithm, body, { key, ...options }, signature);
  if (key.asymmetricKeyType === "ed25519") return [by(null)];
  if (key.asymmetricKeyType === "rsa")
    return [by("sha256"), by("sha256", { padding: constants.RSA_PKCS1_PSS_PADDING })];
  const own = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? "sha256";
  return [...new Set([own, "sha256"])].map((algorithm) => by(algorithm));
}
