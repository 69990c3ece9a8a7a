// Many files at once, in a process that may be ended: native/store.c.

import * as native from "baton:native";
import { type Cancel, Interrupted, type Path, type Way } from "../../host.ts";
import { endOf, reapChildren } from "./children.ts";
import { checked, failure, textOf } from "./errors.ts";
import { O_PATH } from "./flags.ts";
import { signalNumber } from "./signals.ts";

export async function transfer(
  lines: string,
  store: string,
  tree: Path,
  way: Way,
  cancel: Cancel,
): Promise<void> {
  reapChildren();
  const root = typeof tree === "string" ? { root: tree, path: "" } : tree;
  const directory = checked(tree, native.directoryBeneath(root.root, root.path));
  const content = native.open(store, O_PATH, 0);
  const process =
    content < 0 ? content : native.transfer(native.encode(lines), content, directory, WAYS[way]);
  for (const descriptor of [directory, content]) if (descriptor >= 0) native.close(descriptor);
  checked(store, process);
  const ended = endOf(process);
  const forget = cancel.onFire(() => void native.kill(process, signalNumber("SIGKILL") ?? 0));
  const exit = await ended;
  forget();
  if (cancel.fired) throw new Interrupted();
  const code = "signal" in exit ? EIO : exit.code;
  if (code !== 0) throw failure(way === "restore" ? textOf(tree) : store, -code);
}

const EIO = 5;
const WAYS: Readonly<Record<Way, number>> = { restore: 0, keep: 1, renew: 2 };
