// What comes to a pod from elsewhere: data, scripts, images' own commands, an order; and what the API server says of it all.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folder } from "../e2e/_baton.ts";
import { IMAGES } from "../e2e/_engines.ts";
import { type Cluster, startCluster } from "./_cluster.ts";
import { compile, end, start, task } from "./_pods.ts";
import { type Registry, startRegistry } from "./_registry.ts";

let cluster: Cluster;
let registry: Registry;
beforeAll(async () => {
  cluster = await startCluster();
  registry = await startRegistry();
});
afterAll(async () => {
  await registry?.stop();
  await cluster?.stop();
});

const run = async (yaml: string, ...words: readonly string[]) =>
  end(cluster, await start(cluster, await compile(yaml, ...words)));

test("ConfigMaps, Secrets, the pod's own fields and memory arrive as the Task asks for them", async () => {
  const data = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { region: north, words: a b }
---
apiVersion: v1
kind: Secret
metadata: { name: access }
stringData: { TOKEN: secret }
---`;
  const reads = task(
    `    - name: read
      image: ${IMAGES.busybox}
      securityContext: { runAsUser: 1234 }
      env:
        - { name: REGION, valueFrom: { configMapKeyRef: { name: settings, key: region } } }
        - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
      envFrom: [{ secretRef: { name: access } }]
      volumeMounts: [{ name: fast, mountPath: /fast }]
      script: |
        #!/bin/sh
        echo fast > /fast/file
        touch $(workspaces.access.path)/more 2>/dev/null && exit 99
        cd $(workspaces.settings.path)
        echo $REGION $POD $TOKEN $(cat words) $(cat $(workspaces.access.path)/TOKEN) $(cat /fast/file)
`,
    `  workspaces: [{ name: settings }, { name: access }]
  volumes: [{ name: fast, emptyDir: { medium: Memory, sizeLimit: 8Mi } }]
`,
  );
  const bound = ["-w", "name=settings,config=settings", "-w", "name=access,secret=access"];
  const { phase, log } = await run(`${data}${reads}`, "--target", "demo", ...bound);
  cluster.kubectl(["delete", "configmap/settings", "secret/access"]);
  expect(log("step-read")).toBe("north demo secret a b secret fast");
  expect(phase).toBe("Succeeded");
});

test("scripts that fit into no one variable all arrive", async () => {
  const steps = [0, 1, 2].map(
    (at) => `    - name: s${at}
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        : ${"x".repeat(60_000)}
        echo end ${at}
`,
  );
  const { phase, log } = await run(task(steps.join("")));
  expect(phase).toBe("Succeeded");
  expect([0, 1, 2].map((at) => log(`step-s${at}`))).toEqual(["end 0", "end 1", "end 2"]);
});

test("the API server takes every manifest among the golden files", () => {
  const golden = join(import.meta.dirname, "../golden/render");
  const files = readdirSync(golden).map((folder) => join(golden, folder, "kubernetes.yaml"));
  for (const file of files.filter((path) => existsSync(path))) {
    const { code, stderr } = cluster.kubectl(["create", "--dry-run=server", "-f", file]);
    expect(code, stderr).toBe(0);
  }
});

test("an image's own command is looked up, and the image taken by its digest", async () => {
  const { phase, log, pod } = await run(
    task(`    - { name: greet, image: "${registry.greeter}" }
    - { name: other, image: "${registry.greeter}", args: [you] }
`),
  );
  expect(phase).toBe("Succeeded");
  expect(log("step-greet")).toBe("hello");
  expect(log("step-other")).toBe("hello you");
  expect(JSON.stringify(pod.spec)).toMatch(/greeter:test@sha256:/);
});

test("an injected pod runs in the order it asks for", async () => {
  const pod = `
apiVersion: v1
kind: Pod
metadata: { name: ordered, annotations: { baton.run/order: "fetch, build, greet, report" } }
spec:
  restartPolicy: Never
  volumes: [{ name: source, emptyDir: {} }]
  containers:
    - name: report
      image: ${IMAGES.busybox}
      command: [cat, /source/log]
      volumeMounts: [{ name: source, mountPath: /source }]
    - name: build
      image: ${IMAGES.busybox}
      command: [/bin/sh, -c, "echo built by $(WHO) '$$(WHO)' >> log"]
      env: [{ name: WHO, value: me }]
      workingDir: /source
      securityContext: { runAsUser: 1000, readOnlyRootFilesystem: true }
      volumeMounts: [{ name: source, mountPath: /source }]
    - { name: greet, image: "${registry.greeter}" }
    - name: fetch
      image: ${IMAGES.busybox}
      command: [/bin/sh, -c, "umask 0; echo fetched >> /source/log; echo -n said > /dev/termination-log"]
      volumeMounts: [{ name: source, mountPath: /source }]
`;
  const words = ["inject", "-f", "pod.yaml", "--entrypoint-image", IMAGES.entrypoint];
  const injected = await folder({ "pod.yaml": pod }).baton(...words);
  expect(injected.stderr).toBe("");
  const ended = await end(cluster, await start(cluster, injected.stdout));
  expect(ended.phase).toBe("Succeeded");
  expect(ended.log("report")).toBe("fetched\nbuilt by me $(WHO)");
  expect(ended.log("greet")).toBe("hello");
  const fetch = ended.pod.status.containerStatuses?.find(({ name }) => name === "fetch");
  expect(fetch?.state.terminated?.message).toBe("said");
});
