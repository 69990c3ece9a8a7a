// The ways to run a chain of trivial steps on Kubernetes. The API keeps when a container ended in whole seconds only, so that
// each step says a word, and the container runtime's note of when the last one did is the end.

import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { Cluster } from "../test/kubelet/_cluster.ts";
import { NODE } from "../test/kubelet/_kubelet.ts";
import { compiled, TEKTON_IMAGE, tektonArchive } from "./chains.ts";
import type { Way } from "./compare.ts";
import type { Api, Manifest } from "./kubernetes-api.ts";
import { initPod, task, tektonPod } from "./manifests.ts";

export function kubernetesWays(
  { containerd }: Cluster,
  api: Api,
  tekton: string | undefined,
): readonly Way[] {
  const ways: Way[] = [
    { name: "Baton", run: (length) => onePod(api, baton(length, "image-volume"), `step-s${length - 1}`) },
    {
      name: "Baton with an init container",
      run: (length) => onePod(api, baton(length, "init"), `step-s${length - 1}`),
    },
    {
      name: "a bare pod",
      lengths: [1],
      bar: { lengths: [1], words: "1.1x at most", inverse: true },
      run: () => onePod(api, initPod(1, STEP), "last"),
    },
    {
      name: "init containers",
      lengths: [5, 20],
      bar: { lengths: [20], words: "4x at least" },
      run: (length) => onePod(api, initPod(length, STEP), "last"),
    },
    { name: "one pod per step", run: (length) => podPerStep(api, length) },
  ];
  if (tekton === undefined) return ways;
  containerd.ctr(["images", "import", "-"], tektonArchive(tekton));
  const run = (length: number) => onePod(api, tektonPod(length, TEKTON_IMAGE, STEP), "last");
  return [...ways, { name: "Tekton's entrypoint", run }];
}

const STEP = ["/bin/busybox", "echo", "end"];

/** The binary as a volume, or copied by an init container. */
const baton = (length: number, inject: "image-volume" | "init"): string =>
  compiled(task(length, STEP), "kubernetes", "--inject", inject);

async function onePod(api: Api, manifest: string, last: string): Promise<number> {
  const pod = onNode(manifest);
  await anyMoment();
  const from = Date.now();
  await api.create(pod);
  await api.succeeded(pod.metadata.name);
  const took = (await api.said(pod.metadata.name, last)) - from;
  await api.clear();
  return took;
}

/** Each is made when the one before has ended; no data is handed on. */
async function podPerStep(api: Api, length: number): Promise<number> {
  const pod = onNode(initPod(1, STEP));
  const names = Array.from({ length }, (_, at) => `step-${at}`);
  await anyMoment();
  const from = Date.now();
  for (const name of names) {
    await api.create({ ...pod, metadata: { name } });
    await api.succeeded(name);
  }
  const took = (await api.said(names.at(-1) ?? "", "last")) - from;
  await api.clear();
  return took;
}

/** The kubelet looks at its containers once a second: without this, each way would begin at a moment of its own in that second. */
const anyMoment = (): Promise<void> => sleep(Math.random() * 1000);

/** As Baton's pod does, all do without a token of the API. */
function onNode(manifest: string): Manifest {
  const pod: Manifest = parse(manifest);
  return { ...pod, spec: { ...pod.spec, nodeName: NODE, automountServiceAccountToken: false } };
}
