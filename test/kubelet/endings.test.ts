// How runs end on Kubernetes that do not end by themselves, or not well: nothing hangs, and each step says what became of it.

import { afterAll, beforeAll, expect, test } from "vitest";
import { IMAGES } from "../e2e/_engines.ts";
import { type Cluster, startCluster } from "./_cluster.ts";
import { waitUntil } from "./_daemon.ts";
import { compile, end, endedOf, podOf, says, start } from "./_pods.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster?.stop());

const taskRun = (first: string, more = "") => `
apiVersion: baton.run/v1alpha1
kind: TaskRun
metadata: { name: demo }
spec:
${more}  taskSpec:
    steps:
${first}
      - { name: after, image: "${IMAGES.busybox}", command: [echo, after] }
      - { name: last, image: "${IMAGES.busybox}", command: [echo, last], finally: true }
`;

const LONG = `      - name: wait
        image: ${IMAGES.busybox}
        script: |
          #!/bin/sh
          trap 'echo cleaned; exit 3' TERM INT
          echo waiting
          while true; do sleep 0.05; done
`;

const startLong = async (more = "") => {
  const pod = await start(cluster, await compile(taskRun(LONG, more)));
  await says(cluster, pod, "step-wait", "waiting");
  return pod;
};

test("an annotation cancels the run with grace", async () => {
  const pod = await startLong();
  cluster.kubectl(["annotate", "pod", pod, "baton.run/cancel=yes"]);
  const { phase, codes, message, log } = await end(cluster, pod);
  expect(phase).toBe("Failed");
  expect(log("step-wait")).toContain("cleaned");
  expect(codes["step-wait"]).toBe(143);
  expect(codes["step-after"]).not.toBe(0);
  expect(message("step-wait")["Reason"]).toBe("Cancelled");
});

test("deleting the pod ends its steps with grace", async () => {
  const pod = await startLong();
  // What is deleted stays to be looked at until the last finalizer is taken off.
  const finalizers = (of: readonly string[]) =>
    cluster.kubectl([
      "patch",
      "pod",
      pod,
      "-p",
      JSON.stringify({ metadata: { finalizers: of } }),
      "--type=merge",
    ]);
  finalizers(["baton.run/test"]);
  cluster.kubectl(["delete", "pod", pod, "--wait=false"]);
  await waitUntil("the pod fails", () => podOf(cluster, pod).status.phase === "Failed");
  const { codes, message } = endedOf(podOf(cluster, pod));
  finalizers([]);
  // Who waits may hear of it by its own signal or from the step that it waits for.
  expect(codes["step-wait"]).toBe(143);
  expect(codes["step-after"]).not.toBe(0);
  expect(message("step-wait")["Reason"]).toBe("Cancelled");
  await waitUntil("the pod is gone", () => cluster.kubectl(["get", "pods", "-oname"]).stdout === "");
});

test("a killed container is noticed by those who wait for it", async () => {
  const pod = await startLong();
  const container = podOf(cluster, pod).status.containerStatuses?.find(({ name }) => name === "step-wait");
  const id = container?.containerID?.replace(/^containerd:\/\//, "") ?? "";
  cluster.containerd.ctr(["tasks", "kill", "--signal", "SIGKILL", id]);
  const { phase, codes, log } = await end(cluster, pod);
  expect(phase).toBe("Failed");
  expect(codes).toMatchObject({ "step-wait": 137, "step-after": 1, "step-last": 0 });
  expect(log("step-after")).toContain("step-wait was killed before it could report");
});

test("a step that takes more memory than it may is killed, and says so or is noticed", async () => {
  const eat = `      - name: eat
        image: ${IMAGES.busybox}
        computeResources: { limits: { memory: 20Mi } }
        command: [/bin/sh, -c, "x=x; while true; do x=$x$x; done"]
`;
  const { phase, pod, codes } = await end(cluster, await start(cluster, await compile(taskRun(eat))));
  expect(phase).toBe("Failed");
  const eater = pod.status.containerStatuses?.find(({ name }) => name === "step-eat");
  expect(eater?.state.terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  expect(codes).toMatchObject({ "step-after": 1, "step-last": 0 });
});

test("a Task's timeout ends its step with grace", async () => {
  const pod = await startLong("  timeout: 2s\n");
  const { codes, message, log } = await end(cluster, pod);
  expect(codes).toMatchObject({ "step-wait": 124, "step-after": 1, "step-last": 0 });
  expect(message("step-wait")["Reason"]).toBe("TimeoutExceeded");
  expect(log("step-wait")).toContain("cleaned");
});

test("a pod whose image is never there ends as well, after half as much time again", async () => {
  const yaml = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: { name: demo }
spec:
  timeout: 2s
  taskSpec:
    steps:
      - { name: lacks, image: "localhost/not-there:test", command: [echo] }
      - { name: after, image: "${IMAGES.busybox}", command: [echo, after] }
`;
  const { pod, message } = await end(cluster, await start(cluster, await compile(yaml)));
  expect(pod.status).toMatchObject({ phase: "Failed", reason: "DeadlineExceeded" });
  expect(message("step-after")["Reason"]).toBe("Cancelled");
});
