// Credentials, where the tools of the step look for them: in /tekton/creds, and copied from
// there to the home directory. What cannot be read fails the step; a home that cannot be written is only told.

import { variable } from "../command/command.ts";
import { type Host, HostError } from "../host.ts";
import { type Beneath, CREDS_DIR, type Flags, inDirectory, pathOf } from "../protocol/index.ts";
import { writeDockerConfig } from "./docker.ts";
import { writeGitConfig, writeSshConfig } from "./git.ts";

export function writeAll(host: Host, flags: Flags): void {
  host.makeDirectory(CREDS_DIR);
  writeDockerConfig(host, flags, CREDS_DIR);
  writeGitConfig(host, flags, CREDS_DIR);
  writeSshConfig(host, flags, CREDS_DIR);
  const home = variable(host, "HOME");
  if (home === undefined) host.log(`warning: no HOME to copy credentials to: they are in ${CREDS_DIR}`);
  else for (const name of CREDENTIALS) copyToHome(host, `${CREDS_DIR}/${name}`, inDirectory(home, name));
}

const CREDENTIALS = [".docker", ".gitconfig", ".git-credentials", ".ssh"];

function copyToHome(host: Host, from: string, to: Beneath): void {
  try {
    copy(host, from, to);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    host.log(`warning: credentials were not copied to ${pathOf(to)}: ${error.message}`);
  }
}

/** Other steps share the home: a link that one of them has planted there must not lead the credentials out of it. */
function copy(host: Host, from: string, to: Beneath): void {
  const type = host.stat(from)?.type;
  if (type === "file") host.copy(from, to, 0o600);
  if (type !== "directory") return;
  if (host.stat(to) === undefined) host.makeDirectory(to, 0o700);
  for (const name of host.list(from) ?? [])
    copy(host, `${from}/${name}`, { ...to, path: `${to.path}/${name}` });
}
