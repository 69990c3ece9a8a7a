// Git credentials: .gitconfig and .git-credentials for user and password, .ssh/ for keys (Tekton's files).

import { StepFault } from "../endings/fault.ts";
import type { Host } from "../host.ts";
import type { Flags } from "../protocol/index.ts";
import { optionalKey, refuseTwice, secretAndUrl, secretKey } from "./secret.ts";

export function writeGitConfig(host: Host, flags: Flags, directory: string): void {
  const entries = (flags["basic-git"] ?? []).map((text) => secretAndUrl("basic-git", text));
  if (entries.length === 0) return;
  refuseTwice(
    "basic-git",
    entries.map(({ url }) => url),
  );
  const users = entries.map(({ secret, url }) => ({
    url,
    username: secretKey(host, secret, "username"),
    password: secretKey(host, secret, "password"),
  }));
  const sections = users.map(
    ({ url, username }) =>
      `[credential ${JSON.stringify(url)}]\n\tusername = ${username.replaceAll("\\", "\\\\")}\n`,
  );
  host.publish(`${directory}/.gitconfig`, `[credential]\n\thelper = store\n${sections.join("")}`, 0o600);
  const lines = users.map(({ url, username, password }) => `${withUser(url, username, password)}\n`);
  host.publish(`${directory}/.git-credentials`, lines.join(""), 0o600);
}

export function writeSshConfig(host: Host, flags: Flags, directory: string): void {
  const entries = (flags["ssh-git"] ?? []).map((text) => secretAndUrl("ssh-git", text));
  if (entries.length === 0) return;
  const ssh = `${directory}/.ssh`;
  host.makeDirectory(ssh);
  const identity = (secret: string) => `${ssh}/id_${secret}`;
  for (const { secret } of entries)
    host.publish(identity(secret), secretKey(host, secret, "ssh-privatekey"), 0o600);
  const urls = [...new Set(entries.map(({ url }) => url))];
  const sections = urls.map((url) => {
    const { name, port } = hostAndPort(url);
    const keys = entries.filter((one) => one.url === url).map(({ secret }) => identity(secret));
    const identities = keys.map((key) => `    IdentityFile ${key}\n`).join("");
    return `Host ${name}\n    HostName ${name}\n    Port ${port}\n${identities}`;
  });
  host.publish(`${ssh}/config`, sections.join(""), 0o600);
  const known = entries.map(({ secret }) => optionalKey(host, secret, "known_hosts") ?? "").filter(Boolean);
  if (known.length > 0) host.publish(`${ssh}/known_hosts`, known.join("\n"), 0o600);
}

/** https://git.example → https://user:password@git.example */
function withUser(url: string, username: string, password: string): string {
  const match = url.match(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)(?:[^/@]*@)?(.*)$/s);
  if (match === null) throw new StepFault("InvalidFlags", `-basic-git: "${url}" is no URL with a scheme`);
  return `${match[1]}${escapeUser(username)}:${escapeUser(password)}@${match[2]}`;
}

/** Percent-encoding of the user part of a URL (RFC 3986, 3.2.1), except that ":" is always encoded. */
const escapeUser = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!*'()]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(24|26|2B|2C|3B|3D)/g, (code) => decodeURIComponent(code));

/** "git.example:2222", "[::1]:22"; without a port it is 22. */
function hostAndPort(url: string): { readonly name: string; readonly port: string } {
  const match = url.match(/^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/);
  if (match === null) return { name: url, port: "22" };
  return { name: match[1] ?? match[2] ?? "", port: match[3] ?? "" };
}
