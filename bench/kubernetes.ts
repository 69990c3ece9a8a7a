// Chains of trivial steps on Kubernetes itself, from the creation of the pod to what its last step says: Baton's pod against
// what a kubelet has of its own. There is no scheduler: pods name their node. The cluster is started here, in a folder of its own.

import { startCluster } from "../test/kubelet/_cluster.ts";
import { compare } from "./compare.ts";
import { startApi } from "./kubernetes-api.ts";
import { kubernetesWays } from "./kubernetes-ways.ts";

const ends: (() => Promise<void>)[] = [];
try {
  const cluster = await startCluster();
  ends.push(cluster.stop);
  const api = await startApi(cluster);
  ends.push(api.stop);
  const ways = kubernetesWays(cluster, api, process.env["TEKTON_ENTRYPOINT"]);
  await compare("Chains of `echo` on Kubernetes, creation to last output", ways);
} finally {
  for (const end of ends.reverse()) await end();
}
