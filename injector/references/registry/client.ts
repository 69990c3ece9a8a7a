// Reading from a registry (OCI distribution API v2): a manifest by tag or digest, a blob by digest. What comes back
// is verified against its digest before anybody sees it.

import { createHash } from "node:crypto";
import * as v from "valibot";
import { defined } from "../../documents/defined.ts";
import { asRaw } from "../../documents/raw.ts";
import { type Answer, ask, parsed } from "../peer.ts";
import { ResolverError } from "../resolver.ts";
import { credentialsFor } from "./credentials.ts";
import { baseUrl, type ImageReference } from "./reference.ts";

export interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly digest: string;
  readonly layers: readonly Descriptor[];
  /** Of an image; absent for an index. */
  readonly config?: Descriptor;
  /** Of an index of images for several platforms: one descriptor each, and no layers. */
  readonly manifests?: readonly PlatformDescriptor[];
}

export interface PlatformDescriptor extends Descriptor {
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
}

/** Where images are read from: a registry, or a directory in OCI's layout. */
export interface ImageStore {
  manifest(reference: string): Promise<Manifest>;
  /** Throws ResolverError where the content is not what `digest` says. */
  blob(digest: string): Promise<Buffer>;
}

export function registryStore({ registry, repository }: ImageReference, signal: AbortSignal): ImageStore {
  const root = `${baseUrl(registry)}/v2/${repository}`;
  const get = authorised(registry, signal);
  return {
    async manifest(reference) {
      const response = await get(`${root}/manifests/${reference}`, MANIFESTS.join(", "));
      return parseManifest(reference.includes(":") ? verified(response.body, reference) : response.body);
    },
    async blob(digest) {
      const response = await get(`${root}/blobs/${digest}`, "*/*");
      return verified(response.body, digest);
    },
  };
}

/** Its own digest is that of its bytes, whatever a header says. */
export function parseManifest(content: Buffer): Manifest {
  const digest = `sha256:${sha256(content)}`;
  const manifest = v.safeParse(schema, parsed(content, "what came back for a manifest"));
  const { layers, config, manifests } = (manifest.success ? manifest.output : {}) as Partial<Manifest>;
  if (manifests !== undefined) return { digest, layers: [], manifests };
  if (layers !== undefined) return { digest, layers, ...defined({ config }) };
  throw new ResolverError(`${digest} is no image manifest`, "check the name of the image");
}

const descriptor = v.looseObject({
  mediaType: v.optional(v.string()),
  digest: v.string(),
  annotations: v.optional(v.record(v.string(), v.string())),
  platform: v.optional(
    v.looseObject({ os: v.string(), architecture: v.string(), variant: v.optional(v.string()) }),
  ),
});
const schema = v.looseObject({
  layers: v.optional(v.array(descriptor)),
  config: v.optional(descriptor),
  manifests: v.optional(v.array(descriptor)),
});

export function verified(content: Buffer, digest: string): Buffer {
  if (digest === `sha256:${sha256(content)}`) return content;
  throw new ResolverError(
    `what came back is not ${digest}`,
    "do not use this registry until it is known why",
  );
}

const MANIFESTS = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

type Get = (url: string, accept: string) => Promise<Answer>;

/** Asks without credentials first; a challenge says which kind is wanted. */
function authorised(registry: string, signal: AbortSignal): Get {
  let authorization: string | undefined;
  return async (url, accept) => {
    const again = () => ask(url, signal, { accept, ...defined({ authorization }) });
    let response = await again();
    const challenge = response.headers.get("www-authenticate");
    if (response.status === 401 && challenge !== null) {
      authorization = await answer(challenge, registry, signal);
      response = await again();
    }
    if (response.ok) return response;
    const cure =
      response.status === 401 || response.status === 403
        ? "log in to the registry (docker login)"
        : "check the name of the image";
    throw new ResolverError(`${url} answers ${response.status}`, cure);
  };
}

/** `Basic`, or `Bearer` with a token from the realm that the registry names. */
async function answer(challenge: string, registry: string, signal: AbortSignal): Promise<string | undefined> {
  const credentials = await credentialsFor(registry);
  const basic =
    credentials &&
    `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  if (!/^bearer /i.test(challenge)) return basic;
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1], match[2]]),
  );
  const realm = realmOf(fields, registry);
  const response = await ask(realm.href, signal, basic === undefined ? {} : { authorization: basic });
  if (!response.ok) return basic;
  const { token, access_token: accessToken } = asRaw(parsed(response.body, `the token of ${registry}`));
  return `Bearer ${String(token ?? accessToken)}`;
}

function realmOf(fields: Readonly<Record<string, string | undefined>>, registry: string): URL {
  const { realm = "", service, scope } = fields;
  if (!/^https?:/.test(realm) || !URL.canParse(realm))
    throw new ResolverError(`${registry} asks for a token from nowhere`, "check the name of the registry");
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  if (scope !== undefined) url.searchParams.set("scope", scope);
  return url;
}
