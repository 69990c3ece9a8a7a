// `cp`: puts the entrypoint where every container finds it. Whole or not at all: a restarted init container may
// meet steps that already run from it. Readable and executable by every user (Tekton's copy cannot be read).

import type { Host } from "../host.ts";

const MODE = 0o555;

export function copyEntrypoint(host: Host, [source = "", destination = ""]: readonly string[]): string {
  host.copy(source, destination, MODE);
  return `copied ${source} to ${destination}`;
}
