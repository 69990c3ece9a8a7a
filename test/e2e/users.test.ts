// Steps of different users, with as few rights as a cluster would give them, hand over to each other in real engines.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";
import { folder } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "./_engines.ts";

const { busybox, entrypoint } = IMAGES;

const RESTRICTED =
  "runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] }";

/** Nobody is in anybody's group; no volume has an fsGroup; every file is for its owner alone. */
const HANDING = `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: handing }
spec:
  workspaces: [{ name: data }]
  results: [{ name: one }, { name: two }]
  volumes: [{ name: scratch, emptyDir: {} }]
  steps:
    - { name: bare, image: "${entrypoint}", command: [/ko-app/entrypoint, version], securityContext: { runAsUser: 65532, ${RESTRICTED} } }
    - name: first
      image: ${busybox}
      securityContext: { runAsUser: 1001, runAsGroup: 2001, ${RESTRICTED} }
      volumeMounts: [{ name: scratch, mountPath: /scratch }]
      results: [{ name: own }]
      script: |
        #!/bin/sh
        set -eu
        echo data > $(workspaces.data.path)/file
        echo more > /scratch/file
        umask 077
        echo -n uno > $(results.one.path)
        echo -n mine > $(step.results.own.path)
    - name: second
      image: ${busybox}
      securityContext: { runAsUser: 1002, runAsGroup: 2002, ${RESTRICTED} }
      volumeMounts: [{ name: scratch, mountPath: /scratch }]
      env: [{ name: OWN, value: $(steps.first.results.own) }]
      script: |
        #!/bin/sh
        set -eu
        echo "$(id -u):$(id -g) $(cat $(workspaces.data.path)/file /scratch/file | tr '\\n' ' ')$(cat $(results.one.path)) $OWN"
        echo second > $(workspaces.data.path)/second
        echo -n dos > $(results.two.path)
        touch /tekton/run/0/forged 2>/dev/null && exit 90
        touch /tekton/steps/step-first/forged 2>/dev/null && exit 91
        touch /anywhere 2>/dev/null && exit 92
        exit 0
    - { name: between, image: "${entrypoint}", command: [/ko-app/entrypoint, version] }
    - name: root
      image: ${busybox}
      script: |
        #!/bin/sh
        echo "$(cat $(results.one.path) $(results.two.path) $(workspaces.data.path)/second)"
    - { name: last, image: "${entrypoint}", command: [/ko-app/entrypoint, version], securityContext: { runAsUser: 7, ${RESTRICTED} } }
`;

const task = (step: string) => `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: demo }
spec: { workspaces: [{ name: data, optional: true }], steps: [${step}] }
`;

describe.each([
  { on: "podman", network: "host", open: async (): Promise<Engine> => startPodman() },
  { on: "docker", network: "none", open: (): Promise<Engine> => startDocker() },
])("on $on", ({ on, network, open }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.stop());

  const run = (yaml: string, ...words: readonly string[]) =>
    folder({ "task.yaml": yaml }).start(["run", "task.yaml", "--on", on, "--network", network, ...words], {
      environment: engine.environment,
    }).ended;

  test("a run of six steps and five users, three of them without a shell", async () => {
    const { code, stdout, stderr } = await run(HANDING, "-w", "name=data,emptyDir=", "-o", "text");
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain("[second] 1002:2002 data more uno mine\n");
    expect(stdout).toContain("[root] unodossecond\n");
    for (const bare of ["bare", "between", "last"])
      expect(stdout).toMatch(new RegExp(`\\[${bare}\\] baton entry`));
  });

  test("what must not be root, and would be, is told before anything starts", async () => {
    const bad = `{ name: a, image: "${busybox}", command: [id], securityContext: { runAsNonRoot: true } }`;
    const good = `{ name: b, image: "${busybox}", command: [id], securityContext: { runAsNonRoot: true, runAsUser: 5 } }`;
    const { code, stderr } = await run(task(`${bad}, ${good}`));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error\[runs-as-root\]: step-a is not .* its image localhost\/busybox:test runs as root/,
    );
    expect(stderr).not.toContain("step-b");
  });

  test("a script in an image without its interpreter says which is missing", async () => {
    const { code, stdout } = await run(
      task(`{ name: a, image: "${entrypoint}", script: echo hello }`),
      "-o",
      "json",
    );
    const record = JSON.parse(stdout) as RunRecord;
    expect(code).toBe(127);
    expect(record.message).toMatch(/step-a failed: .*its interpreter \/bin\/sh is not there/);
  });
});
