// What a cluster gives is given on this machine, too: the same words come from processes and from containers.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folder } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "./_engines.ts";

const image = `image: "${IMAGES.busybox}"`;

const run = (spec: string) => `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: { name: r }
spec:
${spec.replace(/^/gm, "  ")}
`;

const READINESS = run(`taskSpec:
  volumes: [{ name: shared, emptyDir: {} }]
  sidecars:
    - name: db
      ${image}
      volumeMounts: [{ name: shared, mountPath: /shared }]
      readinessProbe: { exec: { command: [/bin/test, -e, /shared/ready] }, periodSeconds: 1 }
      script: |
        #!/bin/sh
        trap 'echo bye; exit 0' TERM
        sleep 0.5
        echo ready
        touch /shared/ready
        while true; do sleep 0.05; done
    - { name: dies, ${image}, script: "echo dying; exit 5" }
  steps:
    - { name: s, ${image}, script: "ls /shared/ready", volumeMounts: [{ name: shared, mountPath: /shared }] }`);

const CREDENTIALS = `apiVersion: v1
kind: Secret
metadata: { name: key, annotations: { tekton.dev/git-0: example.com } }
type: kubernetes.io/ssh-auth
stringData: { ssh-privatekey: "hush\\n", known_hosts: h }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: sa }
secrets: [{ name: key }]
---
${run(`serviceAccountName: sa
taskSpec: { steps: [{ name: s, ${image}, script: "cat $HOME/.ssh/id_key $(credentials.path)/.ssh/id_key" }] }`)}`;

const TEMPLATE =
  run(`workspaces: [{ name: w, volumeClaimTemplate: { spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } } }]
taskSpec:
  workspaces: [{ name: w }]
  steps:
    - { name: a, ${image}, script: "echo kept > $(workspaces.w.path)/file" }
    - { name: s, ${image}, script: "cat $(workspaces.w.path)/file" }`);

const DIRECTORIES = run(`taskSpec:
  steps:
    - { name: lost, ${image}, onError: continue, workingDir: /proc/1/nope, command: [pwd] }
    - { name: s, ${image}, workingDir: /opt/made/here, script: pwd }`);

const FILE = `apiVersion: v1
kind: ConfigMap
metadata: { name: cm }
data: { app.conf: "k=v\\n", other: "no" }
---
${run(`taskSpec:
  volumes: [{ name: c, configMap: { name: cm } }, { name: o, secret: { secretName: none, optional: true } }]
  steps:
    - name: s
      ${image}
      volumeMounts: [{ name: c, mountPath: /tmp/app/app.conf, subPath: app.conf }, { name: o, mountPath: /tmp/none }]
      script: cat /tmp/app/app.conf; ls /tmp/app /tmp/none`)}`;

describe.each([
  { on: "local", words: [], where: "here", open: async (): Promise<Engine | undefined> => undefined },
  { on: "podman", words: ["--network", "host"], where: "here", open: async () => startPodman() },
  { on: "podman", words: ["--network", "host"], where: "elsewhere", open: async () => startPodman() },
  { on: "docker", words: ["--network", "none"], where: "here", open: () => startDocker() },
  { on: "docker", words: ["--network", "none"], where: "elsewhere", open: () => startDocker() },
])("on $on, $where", ({ on, words, where, open }) => {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.stop());

  const said = async (task: string) => {
    const environment = { ...engine?.environment, BATON_ENGINE: where };
    const all = ["run", "task.yaml", "--on", on, "-o", "text", ...words];
    const { code, stdout, stderr } = await folder({ "task.yaml": task }).start(all, { environment }).ended;
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  };

  test("steps wait until sidecars are ready, whose lines and endings are told", async () => {
    const stdout = await said(READINESS);
    const lines = stdout.split("\n").map((line) => line.replace(/ in [0-9.]+m?s$/, ""));
    const told = [
      ...["[sidecar-db] ready", "[sidecar-db] bye", "[sidecar-db] succeeded"],
      ...["[sidecar-dies] dying", "[sidecar-dies] failed", "[s] /shared/ready", "[s] succeeded"],
    ];
    for (const line of told) expect(lines, stdout).toContain(line);
  });

  test("credentials of a ServiceAccount that is given", async () => {
    expect(await said(CREDENTIALS)).toContain("[s] hush\n[s] hush\n");
  });

  test("what a claim template asks for", async () => {
    expect(await said(TEMPLATE)).toContain("[s] kept\n");
  });

  // Elsewhere both are refused by name.
  if (where !== "here") return;

  test("one file of a ConfigMap, and nothing of an optional Secret", async () => {
    expect(await said(FILE)).toContain("[s] k=v\n[s] /tmp/app:\n[s] app.conf\n[s] \n[s] /tmp/none:\n");
  });

  test("working directories, made or named", async () => {
    const stdout = await said(DIRECTORIES);
    expect(stdout).toContain("[s] /opt/made/here\n");
    expect(stdout).toMatch(/the working directory \/proc\/1\/nope cannot be entered/);
  });
});
