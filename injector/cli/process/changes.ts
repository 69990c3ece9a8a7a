// Changes of files: folders are watched, so that a file may be replaced, removed and made again.

import { existsSync, statSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { watch } from "chokidar";

export interface Changes {
  /** Resolves once something has changed since the last call, and nothing more does for a moment; at once where `over` is. */
  next(over: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Resolves when every later change will be seen. Of a folder in `shallow` its YAML files count, of one in `deep` all below. */
export async function openChanges(shallow: readonly string[], deep: readonly string[]): Promise<Changes> {
  const files = new Set([...shallow, ...deep].map((path) => resolve(path)));
  const folders = shallow.map((path) => resolve(path)).filter(isFolder);
  const trees = deep.map((path) => resolve(path)).filter(isFolder);
  const counts = (path: string): boolean =>
    files.has(path) ||
    (folders.includes(dirname(path)) && /\.ya?ml$/.test(path)) ||
    trees.some((tree) => path.startsWith(`${tree}${sep}`) && !NOISE.test(path.slice(tree.length)));
  const above = [...files].map((path) => (isFolder(path) ? path : dirname(path)));
  const watcher = watch([...new Set(above)], {
    ignoreInitial: true,
    ignored: (path, info) => info?.isFile() === true && !counts(resolve(path)),
    ...(trees.length === 0 ? { depth: 0 } : {}),
  });
  let changed = false;
  let tell = () => {};
  watcher.on("all", (_event, path) => {
    if (!counts(resolve(path))) return;
    changed = true;
    tell();
  });
  await new Promise<void>((ready) => watcher.once("ready", ready));
  const either = (over: AbortSignal, milliseconds?: number) =>
    new Promise<void>((done) => {
      const end = () => {
        clearTimeout(timer);
        over.removeEventListener("abort", end);
        done();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(end, milliseconds);
      over.addEventListener("abort", end);
      tell = end;
    });
  return {
    async next(over) {
      if (!changed && !over.aborted) await either(over);
      while (changed && !over.aborted) {
        changed = false;
        await either(over, QUIET_MS);
      }
    },
    close: () => watcher.close(),
  };
}

/** An editor writes a file in several moves. */
const QUIET_MS = 50;

const NOISE = /\/(?:\.git|node_modules)(?:\/|$)/;

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();
