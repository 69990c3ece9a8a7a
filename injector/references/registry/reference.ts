// The name of an image, taken apart by the rules of the OCI distribution specification and Docker's defaults.

export interface ImageReference {
  /** Host and port of the registry. */
  readonly registry: string;
  readonly repository: string;
  /** A tag, or a digest with its algorithm in front. */
  readonly reference: string;
}

/** Undefined where `image` is no image name. Without a registry it is Docker Hub's, without a tag `latest`. */
export function parseImage(image: string): ImageReference | undefined {
  const match = /^([^@\s]+?)(?::([\w][\w.-]{0,127}))?(?:@(\w+:[0-9a-f]{32,}))?$/.exec(image);
  const name = match?.[1];
  if (name === undefined) return undefined;
  const [first = "", ...rest] = name.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const path = isHost ? rest.join("/") : name;
  if (!/^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/.test(path)) return undefined;
  return {
    registry: isHost ? first : "registry-1.docker.io",
    repository: isHost || path.includes("/") ? path : `library/${path}`,
    reference: match?.[3] ?? match?.[2] ?? "latest",
  };
}

/** Registries on this machine speak plain HTTP, all others HTTPS. */
export const baseUrl = (registry: string): string =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(registry)
    ? `http://${registry}`
    : `https://${registry}`;
