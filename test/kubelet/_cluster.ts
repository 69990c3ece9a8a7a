// Kubernetes itself, as small as it gets: an API server, the controller of Jobs and one kubelet with containerd, from the
// folder that KUBERNETES names, over Debian's etcd and runc. All that is theirs is in one private folder, on loopback.

import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unmountBelow } from "../e2e/_engines.ts";
import { type Containerd, startContainerd } from "./_containerd.ts";
import {
  type Authorization,
  type Server,
  startControllers,
  startScheduler,
  startServer,
} from "./_control-plane.ts";
import { waitUntil } from "./_daemon.ts";
import { groupsOf, NODE, startKubelet } from "./_kubelet.ts";

export interface Cluster {
  readonly containerd: Containerd;
  readonly kubectl: Server["kubectl"];
  readonly kubeconfig: string;
  /** Puts a pod on the node: what a scheduler would do here. */
  schedule(pod: string): void;
  /** Of the API server. */
  readonly restart: Server["restart"];
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly authorization?: Authorization;
  /** Whether pods find their node by themselves. */
  readonly scheduler?: boolean;
}

export async function startCluster({
  authorization = "AlwaysAllow",
  scheduler = false,
}: ClusterOptions = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "kubelet-"));
  const ends: (() => Promise<void>)[] = [() => clear(folder)];
  const stop = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const server = await startServer(folder, authorization);
    ends.push(server.stop);
    const containerd = await startContainerd(folder);
    ends.push(containerd.stop);
    const kubelet = await startKubelet(folder, containerd.socket, server.kubeconfig);
    ends.push(kubelet.stop);
    await kubelet.until("the node is ready", () => isReady(server));
    ends.push(startControllers(folder, server.kubeconfig).stop);
    if (scheduler) {
      // What a controller of nodes would do, once this one is ready.
      server.kubectl(["taint", "nodes", "--all", "node.kubernetes.io/not-ready-"]);
      ends.push(startScheduler(folder, server.kubeconfig).stop);
    }
    ends.push(() => deletePods(server));
    const { kubectl, kubeconfig, restart } = server;
    return { containerd, kubectl, kubeconfig, restart, stop, schedule: (pod) => schedule(server, pod) };
  } catch (error) {
    await stop();
    throw error;
  }
}

const READY = '-ojsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';

const isReady = ({ kubectl }: Server): boolean => kubectl(["get", "nodes", READY]).stdout === "True";

function schedule({ kubectl }: Server, pod: string): void {
  const target = { apiVersion: "v1", kind: "Node", name: NODE };
  const binding = { apiVersion: "v1", kind: "Binding", metadata: { name: pod }, target };
  const path = `/api/v1/namespaces/default/pods/${pod}/binding`;
  const { code, stderr } = kubectl(["create", "--raw", path, "-f", "-"], JSON.stringify(binding));
  if (code !== 0) throw new Error(stderr);
}

/** While the kubelet is there to do it. */
async function deletePods({ kubectl }: Server): Promise<void> {
  kubectl(["delete", "jobs,pods", "--all", "--force", "--grace-period=0"]);
  await waitUntil("no pod is left", () => kubectl(["get", "pods", "-oname"]).stdout === "");
}

async function clear(folder: string): Promise<void> {
  unmountBelow(folder);
  rmSync(folder, { recursive: true, force: true });
  for (const link of logLinks(folder)) rmSync(link);
  for (const group of groupsOf(folder)) removeGroup(group);
}

/** The one place of a kubelet that no option moves. */
function logLinks(folder: string): readonly string[] {
  const place = "/var/log/containers";
  const links = existsSync(place) ? readdirSync(place).map((name) => join(place, name)) : [];
  return links.filter((link) => readlinkSync(link).startsWith(`${folder}/`));
}

/** A control group's directory can be removed once those in it are; its files cannot, and need not. */
function removeGroup(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroup(join(path, entry.name));
  rmdirSync(path);
}
