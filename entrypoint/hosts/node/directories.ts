// Directory events on Node, by chokidar, loaded only when a directory must be watched. A directory that is not
// there yet is watched through its nearest parent that is.

import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { FSWatcher } from "chokidar";

export interface DirectoryWatcher {
  /** Watches exactly these directories from now on; `onChange` follows once a new watch is armed, too. */
  watch(directories: ReadonlySet<string>): void;
  close(): void;
}

/** `onFailure` is told the errno name where the system refuses to watch. */
export function directoryWatcher(onChange: () => void, onFailure: (code: string) => void): DirectoryWatcher {
  const watches = new Map<string, { close(): void }>();
  return {
    watch: (directories) => {
      const wanted = new Set([...directories].map(nearest));
      for (const [directory, watch] of watches) {
        if (wanted.has(directory)) continue;
        watch.close();
        watches.delete(directory);
      }
      for (const directory of wanted)
        if (!watches.has(directory)) watches.set(directory, watchOne(directory, onChange, onFailure));
    },
    close: () => {
      for (const watch of watches.values()) watch.close();
      watches.clear();
    },
  };
}

function nearest(directory: string): string {
  let at = directory;
  while (!isDirectory(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

const isDirectory = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

function watchOne(directory: string, onChange: () => void, onFailure: (code: string) => void) {
  let watcher: FSWatcher | undefined;
  let closed = false;
  const start = async () => {
    const { watch } = await import("chokidar");
    if (closed) return;
    // Entries are ignored: the events of the directory itself say that something in it changed.
    watcher = watch(directory, { depth: 0, ignoreInitial: true, ignored: (path) => path !== directory });
    watcher.on("ready", onChange).on("raw", onChange);
    watcher.on("error", (error) =>
      onFailure(error instanceof Error && "code" in error ? `${error.code}` : "EIO"),
    );
  };
  void start();
  return {
    close: () => {
      closed = true;
      void watcher?.close();
    },
  };
}
