// What both images say of themselves, and whom they run as.

/** As distroless images call their unprivileged user; a number, so that no /etc/passwd is needed. */
export const NOBODY = "65532:65532";

export const labels = (
  title: string,
  description: string,
  version: string,
): Readonly<Record<string, string>> => ({
  "org.opencontainers.image.title": title,
  "org.opencontainers.image.description": description,
  "org.opencontainers.image.licenses": "Apache-2.0",
  "org.opencontainers.image.version": version,
});
