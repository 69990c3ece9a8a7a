// An orchestrator of your own: a Task in each ConfigMap that has the label becomes one pod, whose steps take turns; when the pod has
// ended, its state and results are written to the ConfigMap. Run it as many times as you like: it keeps nothing but what the cluster has.
//
//   NAMESPACE=ci npx tsx examples/embed/controller.ts

import { setTimeout } from "node:timers/promises";
import {
  ApiException,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  loadAllYaml,
  type V1ConfigMap,
  type V1Pod,
} from "@kubernetes/client-node";
import { compile, prepareRun } from "baton-run";
import { ENTRYPOINT_IMAGE } from "baton-run/entrypoint";

const LABEL = "example.org/task";
const config = new KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(CoreV1Api);
const objects = KubernetesObjectApi.makeApiClient(config);
/** Of `ResultType` in the protocol: a result of a Task. */
const RESULT = 1;
const namespace = process.env["NAMESPACE"] ?? "default";

/** One look at one ConfigMap: the next thing that it needs, or nothing. */
async function reconcile(asked: V1ConfigMap): Promise<void> {
  const name = asked.metadata?.name ?? "";
  if (asked.data?.["state"] !== undefined) return;
  const pod = await core.readNamespacedPod({ name, namespace }).catch(unlessMissing);
  if (pod === undefined) {
    for (const object of await manifestOf(name, asked.data?.["task.yaml"] ?? ""))
      await objects.create(object);
    return console.log(`${name}: created`);
  }
  const state = pod.status?.phase ?? "";
  if (state !== "Succeeded" && state !== "Failed") return;
  await core.replaceNamespacedConfigMap({
    ...{ name, namespace },
    body: { ...asked, data: { ...asked.data, state, results: JSON.stringify(resultsOf(pod)) } },
  });
  console.log(`${name}: ${state}`);
}

/** The pod is called as the ConfigMap is, so that there is one at most. */
async function manifestOf(name: string, text: string) {
  const run = await prepareRun([{ path: `${name}/task.yaml`, text }]);
  const options = { entrypointImage: ENTRYPOINT_IMAGE, namespace };
  return loadAllYaml(await compile({ ...run, name }, "kubernetes", options));
}

/** A step says its results in its termination message; the kubelet hands that on. */
const resultsOf = ({ status }: V1Pod) =>
  (status?.containerStatuses ?? [])
    .flatMap(({ state }) => JSON.parse(state?.terminated?.message ?? "[]") as { key: string; type: number }[])
    .filter(({ type }) => type === RESULT);

const unlessMissing = (error: unknown): undefined => {
  if (error instanceof ApiException && error.code === 404) return undefined;
  throw error;
};

for (;;) {
  const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector: LABEL });
  for (const asked of items)
    await reconcile(asked).catch((error) => console.error(`${asked.metadata?.name}: ${error}`));
  await setTimeout(Number(process.env["INTERVAL_MS"] ?? 2_000));
}
