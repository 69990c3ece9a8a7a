// What a controller does with pods, over HTTP: it makes them and watches how they end. kubectl would add its own start to
// each step, and pods that are looked at now and then would seem to end late.

import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Cluster } from "../test/kubelet/_cluster.ts";
import { freePort, program } from "../test/kubelet/_control-plane.ts";
import { startDaemon, waitUntil } from "../test/kubelet/_daemon.ts";
import type { Pod } from "../test/kubelet/_pods.ts";

export interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

export interface Api {
  create(pod: Manifest): Promise<void>;
  /** Resolves as soon as the API says that the pod has succeeded. */
  succeeded(pod: string): Promise<void>;
  /** When a container said its first line, in milliseconds of the clock, by the container runtime's own note. */
  said(pod: string, container: string): Promise<number>;
  /** Resolves when the kubelet is done with every pod. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export async function startApi({ kubectl, kubeconfig }: Cluster): Promise<Api> {
  const port = await freePort();
  const words = ["--kubeconfig", kubeconfig, "proxy", `--port=${port}`];
  const proxy = startDaemon([program("kubectl"), ...words], `${kubeconfig}.proxy.log`);
  const pods = `http://127.0.0.1:${port}/api/v1/namespaces/default/pods`;
  await proxy.until("kubectl proxy answers", () => answers(pods));
  await waitUntil("pods can be made", () => kubectl(["get", "serviceaccount", "default"]).code === 0);
  return {
    create: (pod) => create(pods, pod),
    succeeded: (pod) => succeeded(pods, pod),
    said: (pod, container) => said(`${pods}/${pod}`, container),
    clear: async () => {
      const { code, stderr } = kubectl(["delete", "pods", "--all"]);
      if (code !== 0) throw new Error(stderr);
    },
    stop: proxy.stop,
  };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

async function create(pods: string, pod: Manifest): Promise<void> {
  const headers = { "content-type": "application/json" };
  await ok(await fetch(pods, { method: "POST", headers, body: JSON.stringify(pod) }));
}

async function succeeded(pods: string, name: string): Promise<void> {
  const one = new URLSearchParams({ watch: "true", fieldSelector: `metadata.name=${name}` });
  const { body } = await ok(await fetch(`${pods}?${one}`));
  if (body === null) throw new Error("a watch without events");
  const events = Readable.fromWeb(body);
  try {
    for await (const line of createInterface({ input: events })) {
      const { phase } = (JSON.parse(line) as { readonly object: Pod }).object.status;
      if (phase === "Failed") throw new Error(`${name} failed: ${line}`);
      if (phase === "Succeeded") return;
    }
    throw new Error(`the watch ended before ${name}`);
  } finally {
    events.destroy();
  }
}

async function said(pod: string, container: string): Promise<number> {
  const log = await ok(await fetch(`${pod}/log?container=${container}&timestamps=true`));
  const text = await log.text();
  const time = Date.parse(text.split(" ")[0] ?? "");
  if (Number.isNaN(time)) throw new Error(`${container} said nothing: ${text}`);
  return time;
}

async function ok(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response;
}
