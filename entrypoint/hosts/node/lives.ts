// Life lines on Node: a socket that its owner listens on. Whoever connects is held until the owner lets go, or dies; nobody
// else can listen there, because that takes the right to make a file.

import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { createServer, Socket } from "node:net";
import { dirname } from "node:path";
import type { Hold, Life, Path } from "../../host.ts";
import { beneath, temporary } from "../../protocol/index.ts";
import { attempt, attemptIfThere, codeOf, systemError } from "./errors.ts";
import { shaped, textOf, within } from "./places.ts";

const O_PATH = 0o10000000;
/** Where a life line takes no more calls, its end is seen by calling again. */
const CROWDED_LOOK = 80;

/** Makes a life line at `path` that is held from the moment it appears. */
export function hold(path: Path): Hold {
  const callers = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (caller) => {
    callers.add(caller);
    caller.unref().on("error", () => caller.destroy());
    caller.once("close", () => callers.delete(caller));
  });
  // What goes wrong is found out below, at once.
  server.on("error", () => undefined);
  const place = typeof path === "string" ? beneath(path) : path;
  shaped(place, () =>
    attempt(textOf(path), () =>
      within(place, (name) => {
        const partial = temporary(name);
        rmSync(partial, { recursive: true, force: true });
        server.listen({ path: partial, backlog: 65_535 }).unref();
        if (!isSocket(partial)) throw whyNot(textOf(path), dirname(name));
        chmodSync(partial, 0o777);
        renameSync(partial, name);
      }),
    ),
  );
  return {
    release: () => {
      server.close();
      for (const caller of callers) caller.destroy();
    },
  };
}

/** One's end of a life line: its state as far as it is known, "held" until the first answer. */
export interface Line {
  readonly life: () => Life;
  readonly close: () => void;
}

/** Calls `onNews` when there is something new to look at; undefined where there is no life line. */
export function watchLine(path: string, onNews: () => void): Line | undefined {
  let life: Life = "held";
  let isClosed = false;
  let end: () => void = () => undefined;
  const call = () => {
    const socket = connect(path);
    if (socket === undefined) return false;
    let isThrough = false;
    socket.once("connect", () => {
      isThrough = true;
      onNews();
    });
    socket.once("error", (error) => {
      // Who has heard once waits for the end, whatever it is called.
      if (!isThrough && codeOf(error) === "EAGAIN") {
        const again = setTimeout(() => void (isClosed || call()), CROWDED_LOOK);
        end = () => clearTimeout(again);
        return;
      }
      life = isThrough || codeOf(error) === "ECONNREFUSED" ? "released" : "absent";
    });
    socket.once("close", () => {
      if (isThrough) life = "released";
      if (!isClosed && life !== "held") onNews();
    });
    socket.resume();
    end = () => socket.destroy();
    return true;
  };
  if (!call()) return undefined;
  return {
    life: () => life,
    close: () => {
      isClosed = true;
      end();
    },
  };
}

export function liveness(path: string): Promise<Life> {
  return new Promise((settle) => {
    const socket = connect(path);
    if (socket === undefined) return settle("absent");
    socket.once("connect", () => {
      settle("held");
      socket.destroy();
    });
    socket.once("error", (error) => settle(codeOf(error) === "EAGAIN" ? "held" : "released"));
  });
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false;
  }
}

/** A server tells why it does not listen only later: what is wrong with a place can be asked. */
function whyNot(path: string, directory: string): Error {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return systemError(path, "EPERM");
  } catch (error) {
    return systemError(path, codeOf(error));
  }
}

/** A call in progress; undefined where there is no socket of that name. The kernel takes paths of up to 107 bytes. */
function connect(path: string): Socket | undefined {
  return attemptIfThere(path, () =>
    within(beneath(path), (name) => {
      if (!lstatSync(name).isSocket()) return undefined;
      if (process.platform !== "linux") return new Socket().connect(name).unref();
      const file = openSync(name, O_PATH | constants.O_NOFOLLOW);
      try {
        return new Socket().connect(`/proc/self/fd/${file}`);
      } finally {
        closeSync(file);
      }
    }),
  );
}
