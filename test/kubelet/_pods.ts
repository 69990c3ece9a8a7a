// What a user does with a compiled file, and what the API then says of the pod.

import { expect } from "vitest";
import { folder } from "../e2e/_baton.ts";
import { IMAGES } from "../e2e/_engines.ts";
import type { Cluster } from "./_cluster.ts";
import { waitUntil } from "./_daemon.ts";

/** The fields that are looked at. */
export interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
  readonly status: {
    readonly phase: string;
    readonly reason?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly state: {
    readonly running?: { readonly startedAt: string };
    readonly terminated?: {
      readonly exitCode: number;
      readonly reason: string;
      readonly message?: string;
      readonly startedAt: string;
      readonly finishedAt: string;
    };
  };
}

export interface Endings {
  /** Exit codes by container, sidecars included. */
  readonly codes: Readonly<Record<string, number | undefined>>;
  /** The termination message of a container, by key. */
  message(container: string): Readonly<Record<string, string>>;
}

export interface Ended extends Endings {
  readonly pod: Pod;
  readonly phase: string;
  log(container: string): string;
}

export async function compile(yaml: string, ...words: readonly string[]): Promise<string> {
  const image = ["--entrypoint-image", IMAGES.entrypoint, "--to", "kubernetes"];
  const ended = await folder({ "run.yaml": yaml }).baton("compile", "run.yaml", ...image, ...words);
  expect(ended.stderr).toBe("");
  return ended.stdout;
}

/** A Task called demo. */
export const task = (steps: string, more = "") => `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: { name: demo }
spec:
${more}  steps:
${steps}`;

/** Makes what the documents say, and gives the name of the pod, which a Job's gets from its controller. */
export async function start(cluster: Cluster, documents: string): Promise<string> {
  const { stdout, stderr } = cluster.kubectl(["create", "-f", "-", "-oname"], documents);
  const made = /^(pod|job\.batch)\/(.*)$/m.exec(stdout);
  if (made === null) throw new Error(`no pod was made: ${stdout}${stderr}`);
  const [, kind, name = ""] = made;
  const pod = kind === "pod" ? name : await podOfJob(cluster, name);
  cluster.schedule(pod);
  return pod;
}

export const podOf = ({ kubectl }: Cluster, name: string): Pod =>
  JSON.parse(kubectl(["get", "pod", name, "-ojson"]).stdout);

/** Waits until a container has written this. */
export const says = (cluster: Cluster, pod: string, container: string, text: string): Promise<void> =>
  waitUntil(`${container} says ${text}`, () =>
    cluster.kubectl(["logs", pod, "-c", container]).stdout.includes(text),
  );

/** Waits for the end of the pod; it is gone from the cluster afterwards. */
export async function end(cluster: Cluster, name: string): Promise<Ended> {
  const phase = () => podOf(cluster, name).status.phase;
  await waitUntil(`${name} ends`, () => ["Succeeded", "Failed"].includes(phase()));
  const pod = podOf(cluster, name);
  const logs = new Map(
    statusesOf(pod).map((one) => [one.name, cluster.kubectl(["logs", name, "-c", one.name]).stdout.trim()]),
  );
  cluster.kubectl(["delete", "jobs,pods", "--all"]);
  const log = (container: string) => logs.get(container) ?? "";
  return { pod, phase: pod.status.phase, log, ...endedOf(pod) };
}

export function endedOf(pod: Pod): Endings {
  const statuses = statusesOf(pod);
  return {
    codes: Object.fromEntries(statuses.map(({ name, state }) => [name, state.terminated?.exitCode])),
    message: (container) => messageOf(statuses.find(({ name }) => name === container)),
  };
}

async function podOfJob({ kubectl }: Cluster, job: string): Promise<string> {
  const name = () => kubectl(["get", "pods", "-l", `job-name=${job}`, "-oname"]).stdout.trim();
  await waitUntil(`the Job ${job} has a pod`, () => name() !== "");
  return name().slice("pod/".length);
}

const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

function messageOf(status: ContainerStatus | undefined): Record<string, string> {
  const entries: { key: string; value: string }[] = JSON.parse(status?.state.terminated?.message ?? "[]");
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}
