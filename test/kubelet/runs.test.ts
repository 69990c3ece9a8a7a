// What `compile --to kubernetes` prints, on Kubernetes itself.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IMAGES } from "../e2e/_engines.ts";
import { type Cluster, startCluster } from "./_cluster.ts";
import { compile, end, start } from "./_pods.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster?.stop());

const run = async (yaml: string, ...words: readonly string[]) =>
  end(cluster, await start(cluster, await compile(yaml, ...words)));

const task = (name: string, spec: string) => `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: { name: ${name} }
spec:
${spec}`;

const PIPELINE = `${task(
  "clone",
  `
  workspaces: [{ name: data }]
  results: [{ name: commit }]
  steps:
    - name: clone
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        set -eu
        echo source > $(workspaces.data.path)/source
        echo -n abc123 > $(results.commit.path)
        touch /tekton/run/1/out 2>/dev/null && exit 99
        echo "cloned as $(id -u)"
`,
)}---${task(
  "build",
  `
  workspaces: [{ name: data }]
  params: [{ name: commit }, { name: code, default: "0" }]
  steps:
    - name: compile
      image: ${IMAGES.busybox}
      securityContext: { runAsUser: 1234, readOnlyRootFilesystem: true }
      env: [{ name: COMMIT, value: $(params.commit) }]
      script: |
        #!/bin/sh
        echo "built $COMMIT with $(cat $(workspaces.data.path)/source) as $(id -u), \\$1"
        exit $(params.code)
    - name: publish
      image: ${IMAGES.busybox}
      command: [/bin/echo]
      args: ["$(params.commit) by $(WHO) for $$5 'quoted\\"' $(ALSO) $$(WHO)"]
      env: [{ name: WHO, value: me }, { name: ALSO, value: "$(WHO)!" }]
`,
)}---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: { name: demo }
spec:
  params: [{ name: code, default: "0" }]
  workspaces: [{ name: shared }]
  tasks:
    - { name: clone, taskRef: { name: clone, apiVersion: baton.run/v1alpha1 }, workspaces: [{ name: data, workspace: shared }] }
    - name: build
      taskRef: { name: build, apiVersion: baton.run/v1alpha1 }
      workspaces: [{ name: data, workspace: shared }]
      params: [{ name: commit, value: $(tasks.clone.results.commit) }, { name: code, value: $(params.code) }]
`;
const DEMO = ["--target", "demo", "-w", "name=shared,emptyDir="] as const;

describe.each([
  { what: "a Pod", words: [] },
  { what: "a Job", words: ["--kind", "job"] },
  { what: "a Pod with the entrypoint's image as a volume", words: ["--inject", "image-volume"] },
])("a fused Pipeline as $what", ({ words }) => {
  test("succeeds, with every word as it was meant", async () => {
    const { phase, log, message } = await run(PIPELINE, ...DEMO, ...words);
    expect(phase).toBe("Succeeded");
    expect(log("step-clone-clone")).toBe("cloned as 0");
    expect(log("step-build-compile")).toBe("built abc123 with source as 1234, $1");
    expect(log("step-build-publish")).toBe(`abc123 by me for $5 'quoted"' me! $(WHO)`);
    expect(message("step-clone-clone")).toMatchObject({ commit: "abc123" });
  });

  test("fails as its step does, and once", async () => {
    const { phase, codes } = await run(PIPELINE, ...DEMO, ...words, "-p", "code=7");
    expect(phase).toBe("Failed");
    expect(codes).toEqual({
      "baton-layout": 0,
      "step-clone-clone": 0,
      "step-build-compile": 7,
      "step-build-publish": 1,
    });
  });
});
