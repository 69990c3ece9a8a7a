// What Tasks ask for and only a kubelet gives: sidecars, users, working directories, termination messages.

import { afterAll, beforeAll, expect, test } from "vitest";
import { IMAGES } from "../e2e/_engines.ts";
import { type Cluster, startCluster } from "./_cluster.ts";
import { compile, end, start, task } from "./_pods.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster?.stop());

const run = async (yaml: string, ...words: readonly string[]) =>
  end(cluster, await start(cluster, await compile(yaml, ...words)));

test("endings, retries and clean-up are those of every backend", async () => {
  const { phase, codes, log } = await run(
    task(
      `    - { name: tolerated, image: "${IMAGES.busybox}", onError: continue, command: ["false"] }
    - name: again
      image: ${IMAGES.busybox}
      retries: 2
      script: |
        #!/bin/sh
        echo try >> $(workspaces.data.path)/tries
        [ "$(wc -l < $(workspaces.data.path)/tries)" = 3 ] && echo third && exit 0
        exit 5
    - { name: breaks, image: "${IMAGES.busybox}", command: [/bin/sh, -c, exit 9] }
    - { name: never, image: "${IMAGES.busybox}", command: [echo, never] }
    - { name: last, image: "${IMAGES.busybox}", command: [echo, last], finally: true }
`,
      "  workspaces: [{ name: data }]\n",
    ),
    ...["-w", "name=data,emptyDir="],
  );
  expect(phase).toBe("Failed");
  const [tolerated, again, breaks, never, last] = [0, 0, 9, 1, 0];
  expect(codes).toMatchObject({
    "step-tolerated": tolerated,
    "step-again": again,
    "step-breaks": breaks,
    "step-never": never,
    "step-last": last,
  });
  expect(log("step-again")).toContain("third");
  expect(log("step-last")).toBe("last");
});

test("a sidecar is ready before the first step, and ends after the last with its own code", async () => {
  const { phase, codes, log } = await run(
    task(
      `    - { name: use, image: "${IMAGES.busybox}", command: [cat, $(workspaces.data.path)/up] }\n`,
      `  workspaces: [{ name: data }]
  sidecars:
    - name: server
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        trap 'echo ended; exit 0' TERM
        echo served > $(workspaces.data.path)/up
        while true; do sleep 0.1; done
      readinessProbe: { exec: { command: [test, -f, $(workspaces.data.path)/up] }, periodSeconds: 1 }
`,
    ),
    ...["-w", "name=data,emptyDir="],
  );
  expect(phase).toBe("Succeeded");
  expect(log("step-use")).toBe("served");
  expect(log("sidecar-server")).toContain("ended");
  expect(codes["sidecar-server"]).toBe(0);
});

test("--restricted steps of several users, none of them root, share what they should", async () => {
  const user = (id: number) => `{ runAsUser: ${id}, runAsGroup: ${id}, readOnlyRootFilesystem: true }`;
  const yaml = task(
    `    - name: one
      image: ${IMAGES.busybox}
      securityContext: ${user(1001)}
      script: |
        #!/bin/sh
        set -e
        id -u > $(workspaces.data.path)/one
        echo -n one > $(results.who.path)
        touch /nowhere 2>/dev/null && exit 99
        echo $HOME
    - name: two
      image: ${IMAGES.busybox}
      workingDir: $(workspaces.data.path)/new/folder
      securityContext: ${user(1002)}
      script: |
        #!/bin/sh
        touch here && touch /tekton/run/0/out 2>/dev/null && exit 99
        echo "$(cat $(workspaces.data.path)/one) then $(id -u) in $(pwd)"
`,
    "  workspaces: [{ name: data }]\n  results: [{ name: who }]\n",
  );
  const strict = "pod-security.kubernetes.io/enforce";
  cluster.kubectl(["label", "namespace", "default", `${strict}=restricted`]);
  const { phase, log, message } = await run(yaml, "--restricted", "-w", "name=data,emptyDir=");
  cluster.kubectl(["label", "namespace", "default", `${strict}-`]);
  expect(log("step-two")).toBe("1001 then 1002 in /workspace/data/new/folder");
  expect(message("step-one")["who"]).toBe("one");
  expect(phase).toBe("Succeeded");
});

test("results that fit the kubelet's budget arrive whole from every step, others by digest", async () => {
  const count = 12;
  const room = Math.floor(12_288 / (count + 1));
  const steps = Array.from(
    { length: count },
    (_, at) => `    - name: s${at}
      image: ${IMAGES.busybox}
      results: [{ name: fits }, { name: spills }]
      script: |
        #!/bin/sh
        head -c ${room - 350} /dev/zero | tr '\\0' x > $(step.results.fits.path)
        head -c ${room} /dev/zero | tr '\\0' y > $(step.results.spills.path)
`,
  );
  const { phase, pod, message } = await run(task(steps.join("")));
  expect(phase).toBe("Succeeded");
  for (const { name, state } of pod.status.containerStatuses ?? []) {
    expect(message(name)["fits"]).toBe("x".repeat(room - 350));
    expect(state.terminated?.message).toMatch(/"key":"spills","value":"","type":4,"ref":\{/);
  }
});
