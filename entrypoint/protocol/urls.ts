// URLs in records: where something came from, and nothing that lets others in.

/**
 * Without credentials, query and fragment; undefined where it means nothing elsewhere. A user's name is a name for ssh,
 * and a secret for everything else; what follows ? or # may be one, too.
 */
export function withoutCredentials(url: string): string | undefined {
  if (url.startsWith("/")) return `file://${url}`;
  const [, scheme = "", authority = "", path = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(url) ?? [];
  if (scheme === "") return scpUrl(url);
  const at = authority.lastIndexOf("@");
  const user = scheme.includes("ssh") ? authority.slice(0, Math.max(0, at)).split(":", 1)[0] : "";
  return `${scheme}://${user === "" ? "" : `${user}@`}${authority.slice(at + 1)}${path}`;
}

/** `git@host:path`; a relative path is known to nobody else. */
function scpUrl(url: string): string | undefined {
  const [, host, path] = /^([^/:\s]+):([^\s]+)$/.exec(url) ?? [];
  return host === undefined ? undefined : `ssh://${host}/${path?.replace(/^\/+/, "")}`;
}
