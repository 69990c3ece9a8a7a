// A pod as the API server tells of it: its newest state, and whoever waits for one. A watch that ends is taken up where it
// was; one that is too old is begun anew.

import { setTimeout as sleep } from "node:timers/promises";
import { Lines } from "../../record/lines.ts";
import { ApiError, type Connection, Unreachable } from "./connection.ts";
import { isGone, type Patience } from "./patience.ts";

/** The fields that are looked at. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly deletionTimestamp?: string;
  };
  readonly status: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly imageID?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: {
      readonly exitCode: number;
      readonly signal?: number;
      readonly reason?: string;
      readonly message?: string;
    };
  };
}

export const podPath = (namespace: string, name = ""): string =>
  `/api/v1/namespaces/${namespace}/pods${name === "" ? "" : `/${name}`}`;

/** Whether that was enough of it. */
type Look = (pod: Pod | "deleted") => boolean;

/** Calls `look` with each state, "deleted" being the last one; resolves when that says that it has seen enough. */
export async function watchPod(
  connection: Connection,
  { insist }: Patience,
  name: string,
  look: Look,
  signal: AbortSignal,
): Promise<void> {
  const watch = new Watch(connection, name, look, signal);
  while (!signal.aborted && !(await isEnough(watch, insist))) await sleep(PAUSE_MS);
}

async function isEnough(watch: Watch, insist: Patience["insist"]): Promise<boolean> {
  try {
    return await insist((answered) => watch.once(answered));
  } catch (error) {
    return watch.endsWith(error);
  }
}

class Watch {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #look: Look;
  readonly #signal: AbortSignal;
  /** Where it was; undefined where it is to be begun anew. */
  #version: string | undefined;

  constructor(connection: Connection, name: string, look: Look, signal: AbortSignal) {
    this.#connection = connection;
    this.#name = name;
    this.#look = look;
    this.#signal = signal;
  }

  /** Until the server ends it, or enough was seen: whether it was. */
  async once(answered: () => void): Promise<boolean> {
    if (this.#signal.aborted) return true;
    if (this.#version === undefined) {
      const pod = (await this.#connection.call(
        "GET",
        podPath(this.#connection.namespace, this.#name),
      )) as unknown as Pod;
      answered();
      this.#version = pod.metadata.resourceVersion;
      if (this.#look(pod)) return true;
    }
    return this.#follow(this.#version, answered);
  }

  /** Whether there is no more to be seen. Throws what is no ending of a watch. */
  endsWith(error: unknown): boolean {
    if (this.#signal.aborted) return true;
    if (isGone(error)) {
      this.#look("deleted");
      return true;
    }
    if (!(error instanceof ApiError) || error.status !== 410) throw error;
    this.#version = undefined;
    return false;
  }

  async #follow(from: string, answered: () => void): Promise<boolean> {
    const one = { watch: "true", fieldSelector: `metadata.name=${this.#name}`, resourceVersion: from };
    const path = `${podPath(this.#connection.namespace)}?${new URLSearchParams(one)}`;
    const events = await this.#connection.stream(path, this.#signal);
    answered();
    const lines = new Lines(Number.POSITIVE_INFINITY);
    try {
      for await (const chunk of events)
        for (const line of lines.add(chunk as Buffer)) if (this.#take(line)) return true;
    } catch (error) {
      if (this.#signal.aborted) return true;
      throw error instanceof ApiError ? error : new Unreachable((error as Error).message);
    } finally {
      events.destroy();
    }
    return false;
  }

  #take(line: string): boolean {
    const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: Pod };
    if (type === "ERROR") throw new ApiError(410, "Expired", "the watch is too old");
    this.#version = object.metadata.resourceVersion;
    return type !== "BOOKMARK" && this.#look(type === "DELETED" ? "deleted" : object);
  }
}

/** A server that ends each watch at once is not asked without end. */
const PAUSE_MS = 100;
