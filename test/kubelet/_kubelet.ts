// The kubelet: its defaults, except for where it keeps its things, and for what would let a busy machine evict pods.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { freePort, program } from "./_control-plane.ts";
import { type Daemon, startDaemon } from "./_daemon.ts";

export const NODE = "localhost";

export async function startKubelet(folder: string, socket: string, kubeconfig: string): Promise<Daemon> {
  const [root, config] = [join(folder, "kubelet"), join(folder, "kubelet.yaml")];
  mkdirSync(root);
  for (const place of groupsOf(folder)) mkdirSync(place, { recursive: true });
  writeFileSync(config, JSON.stringify(configuration(folder, socket, await freePort())));
  const words = ["--config", config, "--kubeconfig", kubeconfig, "--root-dir", root];
  const node = ["--hostname-override", NODE, "--cert-dir", join(folder, "kubelet-certificates")];
  return startDaemon([program("kubelet"), ...words, ...node], join(folder, "kubelet.log"));
}

/** The control groups of all pods, one for each hierarchy: a kubelet does not make its root itself. */
export function groupsOf(folder: string): readonly string[] {
  const all = "/sys/fs/cgroup";
  const unified = existsSync(join(all, "cgroup.controllers"));
  const hierarchies = unified ? [all] : readdirSync(all).map((name) => join(all, name));
  return hierarchies.map((hierarchy) => join(hierarchy, basename(folder)));
}

const configuration = (folder: string, socket: string, port: number) => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  containerRuntimeEndpoint: `unix://${socket}`,
  ...{ address: "127.0.0.1", port, healthzPort: 0, readOnlyPort: 0 },
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: "AlwaysAllow" },
  ...{ podLogsDir: join(folder, "logs"), volumePluginDir: join(folder, "plugins") },
  ...{ cgroupDriver: "cgroupfs", cgroupRoot: `/${basename(folder)}`, failCgroupV1: false },
  ...{
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    resolvConf: "",
    localStorageCapacityIsolation: false,
  },
  ...{ evictionHard: { "memory.available": "0%" }, imageGCHighThresholdPercent: 100 },
});
