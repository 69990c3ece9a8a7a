// A container's log from the file in which podman's monitor keeps it, in the kubelet's format: `TIME STREAM F|P TEXT`, P where
// a line goes on. `podman logs` puts such parts together without regard to the stream, so that two streams at once mix.

import { type FileHandle, open } from "node:fs/promises";
import type { Take } from "../../record/lines.ts";
import { Lines } from "../../record/lines.ts";
import { call } from "./call.ts";

export interface K8sLog {
  /** Tells all that is new. Calls overlap as they like: each byte is told once, in order. */
  readOn(): Promise<void>;
  /** The same, and lines without an end. */
  end(): Promise<void>;
}

/** Undefined where there is no such file: podman is on another machine, or keeps logs elsewhere. */
export async function openK8sLog(
  container: string,
  take: Take,
  longest: number | undefined,
): Promise<K8sLog | undefined> {
  const { code, stdout } = await call("podman", ["inspect", "--format", LOG, container]);
  const [driver, path = ""] = stdout.trim().split(" ");
  if (code !== 0 || driver !== "k8s-file") return undefined;
  const file = await open(path).catch(() => undefined);
  return file === undefined ? undefined : reading(file, take, longest);
}

const LOG = "{{.HostConfig.LogConfig.Type}} {{.HostConfig.LogConfig.Path}}";
const CHUNK = 1 << 16;
const NEWLINE = 10;
const SPACE = 32;
const FULL = "F".charCodeAt(0);

function reading(file: FileHandle, take: Take, longest: number | undefined): K8sLog {
  const lines = { stdout: new Lines(longest), stderr: new Lines(longest) };
  let rest: Buffer = Buffer.alloc(0);
  let read = Promise.resolve();
  const chunk = Buffer.alloc(CHUNK);
  const readAll = async () => {
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK, null);
      if (bytesRead === 0) return;
      const { entries, rest: partial } = split(Buffer.concat([rest, chunk.subarray(0, bytesRead)]));
      rest = partial;
      for (const { stream, text } of entries)
        for (const line of lines[stream].add(text)) await take(stream, line);
    }
  };
  const readOn = (): Promise<void> => {
    read = read.then(readAll);
    return read;
  };
  const end = async () => {
    await readOn();
    for (const stream of ["stdout", "stderr"] as const)
      for (const line of lines[stream].end()) await take(stream, line);
    await file.close();
  };
  return { readOn, end };
}

interface Entry {
  readonly stream: "stdout" | "stderr";
  readonly text: Buffer;
}

/** Whole entries, and what is still being written. */
function split(bytes: Buffer): { entries: readonly Entry[]; rest: Buffer } {
  const entries: Entry[] = [];
  let from = 0;
  for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
    entries.push(entryOf(bytes.subarray(from, to + 1)));
    from = to + 1;
  }
  return { entries, rest: Buffer.from(bytes.subarray(from)) };
}

/** The newline of the entry is the line's own where the line is full. */
function entryOf(entry: Buffer): Entry {
  const name = entry.indexOf(SPACE) + 1;
  const flag = entry.indexOf(SPACE, name) + 1;
  const stream = entry.toString("latin1", name, flag - 1) === "stderr" ? "stderr" : "stdout";
  return { stream, text: entry.subarray(flag + 2, entry[flag] === FULL ? entry.length : entry.length - 1) };
}
