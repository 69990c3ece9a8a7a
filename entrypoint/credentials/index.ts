// Credentials for git and registries. Few steps have them, and only those load what writes them.

import type { Host } from "../host.ts";
import type { Flags } from "../protocol/index.ts";

export async function writeCredentials(host: Host, flags: Flags): Promise<void> {
  if (FLAGS.every((flag) => flags[flag] === undefined)) return;
  const { writeAll } = await import("./write.ts");
  writeAll(host, flags);
}

const FLAGS = ["basic-docker", "docker-config", "docker-cfg", "basic-git", "ssh-git"] as const;
