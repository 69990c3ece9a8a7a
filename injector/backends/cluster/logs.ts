// Lines of a container's log as they come, each once and in order. A connection that breaks is made again: the log is told from
// its beginning then, and what has been told is passed over.

import { finished } from "node:stream/promises";
import { Lines } from "../../record/lines.ts";
import { ApiError, type Connection, Unreachable } from "./connection.ts";
import type { Patience } from "./patience.ts";

export interface LogOf {
  readonly pod: string;
  readonly container: string;
  /** Lines are cut at this many characters. */
  readonly longest?: number;
  /** Aborted: there is enough of it. */
  readonly enough: AbortSignal;
}

/** Of a container that has been started. Resolves at the end of the log, which is the container's, or when it is there no more. */
export async function followLog(
  connection: Connection,
  { insist }: Patience,
  of: LogOf,
  take: (line: string) => Promise<void> | void | undefined,
): Promise<void> {
  const query = new URLSearchParams({ container: of.container, follow: "true" });
  const path = `/api/v1/namespaces/${connection.namespace}/pods/${of.pod}/log?${query}`;
  let told = 0;
  const opened = () =>
    connection.stream(path, of.enough).catch((error: unknown) => {
      if (of.enough.aborted) return undefined;
      throw error;
    });
  const once = async (answered: () => void): Promise<void> => {
    let seen = 0;
    const log = await opened();
    if (log === undefined) return;
    answered();
    const takeNew = (line: string) => {
      seen += 1;
      if (seen <= told) return undefined;
      told = seen;
      return take(line);
    };
    const lines = new Lines(of.longest);
    log.on("data", (chunk: Buffer) => {
      const room = lines
        .add(chunk)
        .map(takeNew)
        .find((wait) => wait !== undefined);
      if (room === undefined) return;
      log.pause();
      void room.then(() => log.resume());
    });
    try {
      await finished(log);
    } catch (error) {
      if (!of.enough.aborted) throw new Unreachable((error as Error).message);
    }
    for (const line of lines.end()) takeNew(line);
  };
  try {
    await insist(once);
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof Unreachable)) throw error;
  }
}
