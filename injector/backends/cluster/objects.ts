// The objects of one run in a cluster: made in an order in which each finds what it needs, and all gone afterwards. What a killed
// baton leaves goes with its pod, and the pod with the next run.

import type { RenderedDocument } from "../backend.ts";
import { isOrphan } from "../containers/names.ts";
import { type Answer, ApiError, type Connection } from "./connection.ts";
import { type Documents, DRIVEN } from "./documents.ts";
import { isGone, isPassing } from "./patience.ts";
import { podPath } from "./pod-watch.ts";

export class Objects {
  readonly #connection: Connection;
  readonly #name: string;
  #data: readonly string[] = [];

  constructor(connection: Connection, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  /** Throws ApiError, Unreachable. */
  async create({ pod, data }: Documents): Promise<void> {
    const { namespace } = this.#connection;
    for (const document of data) {
      this.#data = [...this.#data, pathOf(namespace, document)];
      await this.#make(`/api/v1/namespaces/${namespace}/${pluralOf(document)}`, document);
    }
    const made = await this.#make(podPath(namespace), pod);
    const { uid } = (made["metadata"] ?? {}) as { readonly uid?: string };
    if (uid === undefined) return;
    const ownerReferences = [{ apiVersion: "v1", kind: "Pod", name: this.#name, uid }];
    for (const path of this.#data)
      await this.#connection.call("PATCH", path, { metadata: { ownerReferences } });
  }

  /** Each entrypoint reads it, and gives its command time. */
  async cancel(): Promise<void> {
    const metadata = { annotations: { "baton.run/cancel": "yes" } };
    await this.#connection.call("PATCH", podPath(this.#connection.namespace, this.#name), { metadata });
  }

  /** Steps that run are asked to end, unless it is `now`. What is not there is fine. */
  async remove(now = false): Promise<void> {
    const pod = podPath(this.#connection.namespace, this.#name);
    await this.#delete(pod, now ? { gracePeriodSeconds: 0 } : {});
    for (const path of this.#data) await this.#delete(path, {});
  }

  /** What a killed baton of this machine left. Whoever may not look leaves it. */
  async sweep(): Promise<void> {
    const selector = Object.entries(DRIVEN).map(([key, value]) => `${key}=${value}`);
    const query = new URLSearchParams({ labelSelector: selector.join() });
    try {
      const { items } = await this.#connection.call("GET", `${podPath(this.#connection.namespace)}?${query}`);
      const names = (items as readonly { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
      for (const name of names.filter(isOrphan))
        await this.#delete(podPath(this.#connection.namespace, name), {});
    } catch (error) {
      if (!(error instanceof ApiError) && !isPassing(error)) throw error;
    }
  }

  /** An answer that was lost on its way is found to have been a yes: nobody else has this name. */
  #make(path: string, document: RenderedDocument): Promise<Answer> {
    return persist((tries) =>
      this.#connection.call("POST", path, document).catch((error: unknown) => {
        const isMade = tries > 0 && error instanceof ApiError && error.status === 409;
        if (!isMade) throw error;
        return document["kind"] === "Pod" ? this.#connection.call("GET", `${path}/${this.#name}`) : {};
      }),
    );
  }

  #delete(path: string, options: object): Promise<Answer> {
    return persist(() =>
      this.#connection.call("DELETE", path, options).catch((error: unknown) => {
        if (isGone(error)) return {};
        throw error;
      }),
    );
  }
}

/** A few times where there is no answer. */
async function persist(ask: (tries: number) => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; ; tries += 1)
    try {
      return await ask(tries);
    } catch (error) {
      if (tries >= MOST_TRIES || !isPassing(error)) throw error;
    }
}

const MOST_TRIES = 3;

const pluralOf = ({ kind }: RenderedDocument): string => (kind === "Secret" ? "secrets" : "configmaps");

function pathOf(namespace: string, document: RenderedDocument): string {
  const { name } = document["metadata"] as { readonly name: string };
  return `/api/v1/namespaces/${namespace}/${pluralOf(document)}/${name}`;
}
