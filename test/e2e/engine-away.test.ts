// An engine that goes away while a run goes on, and comes back or does not: nothing hangs, the record says what is known,
// and nothing is left once the engine is there.

import { expect, onTestFinished, test } from "vitest";
import { folder } from "./_baton.ts";
import { type Daemon, IMAGES, startDocker } from "./_engines.ts";

/** Steps end when the test says so: by a file in a folder of this machine. */
const TASK = `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: demo }
spec:
  workspaces: [{ name: gate }]
  results: [{ name: said }]
  steps:
    - { name: first, image: "${IMAGES.busybox}", command: [echo, "first line"] }
    - name: long
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        seq 1 1000
        echo waiting
        touch $(workspaces.gate.path)/waiting
        until test -e $(workspaces.gate.path)/go; do sleep 0.05; done
        echo -n something > $(results.said.path)
        seq 1001 2000
    - { name: last, image: "${IMAGES.busybox}", command: [echo, "last line"] }
`;

const begin = async (...flags: readonly string[]) => {
  const docker = await startDocker(...flags);
  onTestFinished(() => docker.stop());
  const files = folder({ "task.yaml": TASK, "gate/.keep": "", "next.yaml": NEXT });
  const start = (...words: readonly string[]) =>
    files.start(["run", ...words, "--on", "docker", "--network", "none", "-o", "text"], {
      environment: docker.environment,
    });
  const running = start("task.yaml", "-w", "name=gate,path=gate");
  await running.until("waiting");
  return { docker, files, running, next: () => start("next.yaml").ended };
};

const NEXT = `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: next }
spec: { steps: [{ name: only, image: "${IMAGES.busybox}", command: [echo, next] }] }
`;

const expectNothingLeft = (docker: Daemon) => {
  expect(docker.run(["ps", "--all", "--quiet"]).stdout).toBe("");
  expect(docker.run(["volume", "ls", "--quiet"]).stdout).toBe("");
};

test.each(["SIGTERM", "SIGKILL"] as const)(
  "with --live-restore a run outlives its dockerd (%s), with every line once",
  async (signal) => {
    const { docker, files, running } = await begin("--live-restore");
    await docker.kill(signal);
    await running.until("does not answer: waiting");
    await docker.start();
    files.write("gate/go");
    const { code, stdout } = await running.ended;
    expect(code, stdout).toBe(0);
    const numbers = [...stdout.matchAll(/^\[long\] (\d+)$/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 2000 }, (_, at) => at + 1));
    expect(stdout).toContain("[last] last line");
    expect(stdout).toContain("said  something");
    expect(stdout).not.toContain("EOF");
    expectNothingLeft(docker);
  },
);

test.each(["SIGTERM", "SIGKILL"] as const)(
  "without it the containers end too (%s), and the run says so",
  async (signal) => {
    const { docker, running } = await begin();
    await docker.kill(signal);
    await docker.start();
    const { code, stdout } = await running.ended;
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/^\s+first\s+succeeded/m);
    expect(stdout).toMatch(/^\s+long\s+(cancelled|lost)/m);
    expect(stdout).not.toContain("[last] last line");
    expect(stdout).not.toMatch(/\[\w+\] .*(daemon|EOF)/);
    expectNothingLeft(docker);
  },
);

test("an engine that stays away ends the run, and the next run clears up", async () => {
  const { docker, running, next } = await begin();
  await docker.kill("SIGKILL");
  const { code, stdout } = await running.ended;
  expect(code).toBe(1);
  expect(stdout).toContain("step-long was lost: docker went away before it could report");
  expect(stdout).not.toMatch(/\[\w+\] .*(daemon|EOF)/);
  await docker.start();
  const after = await next();
  expect(after.stdout).toContain("[only] next");
  expect(after.stdout + after.stderr).toContain("cleared away a run");
  expectNothingLeft(docker);
});
