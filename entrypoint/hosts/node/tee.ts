// A stream of the command that goes to the container's stream and to a file. The command writes into a real pipe
// (Node's own would be a socket, and scripts that open /dev/stdout would fail); one piece is in flight at a time.

import { constants, createWriteStream, mkdtempSync, openSync, rmSync, write } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { execaSync } from "execa";
import type { Path } from "../../host.ts";
import { codeOf, systemError } from "./errors.ts";
import { openForWriting } from "./places.ts";
import { makeDirectory, parentOf } from "./trees.ts";

export interface Copier {
  /** What the command gets as its stream. */
  readonly target: "inherit" | Writable;
  /** The command has the stream now: this process lets go of its own copy. */
  started(): void;
  /** Resolves when all that was written so far has been passed on, whoever still holds the stream open. */
  drained(): Promise<void>;
}

/** Without a `path` the stream is simply inherited. */
export function copier(stream: 1 | 2, path: Path | undefined): Copier {
  if (path === undefined)
    return { target: "inherit", started: () => undefined, drained: async () => undefined };
  const above = parentOf(path);
  if (above !== undefined) makeDirectory(above);
  const file = openForWriting(path, constants.O_APPEND);
  const [readEnd, writeEnd] = makePipe();
  const target = createWriteStream("", { fd: writeEnd });
  const socket = new Socket({ fd: readEnd, readable: true, writable: false });
  let passed = 0;
  let last: Promise<void> = Promise.resolve();
  socket.on("data", (piece) => {
    passed += piece.length;
    socket.pause();
    last = Promise.all([writeAll(file, piece), writeAll(stream, piece)]).then(() => {
      socket.resume();
    });
  });
  socket.on("error", () => socket.destroy());
  return {
    target,
    started: () => void target.destroy(),
    drained: async () => {
      // A turn of the event loop that brings no data, with nothing in flight, has found the pipe empty.
      for (let before = -1; before !== passed; ) {
        before = passed;
        await last;
        await turn();
        await turn();
      }
    },
  };
}

/** A FIFO's two ends; its name is gone before anybody else can open it. */
function makePipe(): readonly [number, number] {
  const folder = mkdtempSync(join(tmpdir(), "entrypoint-"));
  try {
    const path = join(folder, "pipe");
    const made = execaSync("mkfifo", ["-m", "600", path], { stdin: "ignore", reject: false });
    if (made.failed) throw systemError("mkfifo", made.code ?? "EIO");
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return [readEnd, openSync(path, constants.O_WRONLY)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A reader that has gone (EPIPE) loses what it does not want; the other copy goes on. */
async function writeAll(file: number, piece: Buffer): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    const count = await writeSome(file, piece.subarray(done));
    if (count === undefined) return;
    done += count;
  }
}

const writeSome = (file: number, piece: Buffer): Promise<number | undefined> =>
  new Promise((settle) =>
    write(file, piece, (error, count) => {
      if (error === null) settle(count);
      else if (codeOf(error) === "EAGAIN") setTimeout(settle, 1, 0);
      else settle(undefined);
    }),
  );

const turn = (): Promise<void> => new Promise((settle) => setImmediate(settle));
