// `confined`: runs one command that reaches no abstract socket of others, and nothing else: a probe of a sidecar, which is no
// step. Without a command: whether the kernel can keep that.

import type { Arguments } from "../command/arguments.ts";
import { commandOf } from "../command/command.ts";
import type { Host } from "../host.ts";

export async function runConfined(host: Host, { flags, words }: Arguments): Promise<number> {
  const isKept = host.confine();
  if (words.length === 0) return isKept ? 0 : NOT_KEPT;
  const spawned = host.spawn(commandOf(host, flags, words));
  if (!spawned.ok) {
    host.log(`confined: ${spawned.problem}`);
    return REFUSED[spawned.why];
  }
  const exit = await spawned.process.ended;
  return "code" in exit ? exit.code : 128 + exit.number;
}

/** No code of bubblewrap, around which others ask. */
const NOT_KEPT = 3;
const REFUSED = { notFound: 127, notExecutable: 126, failed: 125 } as const;
