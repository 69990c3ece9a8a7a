// `baton run --on podman|docker`: the same words, events and record as on local, and nothing left behind.

import { existsSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";
import { folder } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman, within } from "./_engines.ts";

const TASK = (steps: string, more = "") => `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: demo }
spec:
${more}  steps:
${steps}`;

const GOOD = TASK(
  `    - name: write
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        echo to stdout
        echo to stderr >&2
        head -c 50000 /dev/zero | tr '\\0' x > $(results.large.path)
        echo -n '["a","b"]' > $(results.list.path)
    - name: read
      image: ${IMAGES.busybox}
      securityContext: { runAsUser: 4321, readOnlyRootFilesystem: true }
      command: [/bin/sh, -c, "id -u; seq 1 2000; exit $(params.code)"]
`,
  "  params: [{ name: code, default: '0' }]\n  results: [{ name: large }, { name: list, type: array }]\n",
);

const LONG = TASK(`    - name: wait
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        trap 'echo cleaned; exit 3' TERM INT
        echo waiting
        while true; do sleep 0.05; done
`);

const GREETER = TASK(`    - { name: greet, image: "${IMAGES.greeter}" }
    - { name: other, image: "${IMAGES.greeter}", args: [you] }
`);

const PODMAN = { on: "podman", network: "host", open: async () => startPodman() };
const DOCKER = { on: "docker", network: "none", open: () => startDocker() };

describe.each([
  { ...PODMAN, where: "here", directories: true },
  { ...PODMAN, where: "elsewhere", directories: false },
  { ...DOCKER, where: "here", directories: true },
  { ...DOCKER, where: "elsewhere", directories: false },
])("on $on, $where", ({ on, network, open, where, directories }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.stop());

  const start = (task: string, ...words: readonly string[]) =>
    folder({ "task.yaml": task }).start(["run", "task.yaml", "--on", on, "--network", network, ...words], {
      environment: { ...engine.environment, BATON_ENGINE: where },
    });
  const run = async (task: string, ...words: readonly string[]) => {
    const { code, stdout, stderr } = await start(task, "-o", "json", ...words).ended;
    expect(stdout, stderr).not.toBe("");
    return { code, record: JSON.parse(stdout) as RunRecord };
  };
  const expectNothingLeft = () => {
    expect(engine.run(["ps", "--all", "--quiet"]).stdout).toBe("");
    expect(engine.run(["volume", "ls", "--quiet"]).stdout).toBe("");
    if (on === "podman") expect(engine.run(["pod", "ps", "--quiet"]).stdout).toBe("");
  };

  test("a run has its record, with results of any size", async () => {
    const { code, record } = await run(GOOD);
    expect(code).toBe(0);
    expect(record).toMatchObject({ name: "demo", backend: on, state: "succeeded", exitCode: 0 });
    expect(record.steps.map(({ step, state }) => [step, state])).toEqual([
      ["step-write", "succeeded"],
      ["step-read", "succeeded"],
    ]);
    const [large, list] = record.results;
    expect(large?.value).toHaveLength(50_000);
    expect(list?.value).toEqual(["a", "b"]);
    for (const { startedAt = "" } of record.steps) expect(startedAt > record.startedAt).toBe(true);
    expectNothingLeft();
  });

  test("every line arrives, in order and under its step", async () => {
    const { stdout } = await start(GOOD).ended;
    const lines = stdout.split("\n").filter((line) => line.startsWith("[read] "));
    expect(lines.slice(0, 2002)).toEqual(
      ["started", "4321", ...Array.from({ length: 2000 }, (_, at) => at + 1)].map((text) => `[read] ${text}`),
    );
    expect(stdout).toContain("[write] to stdout");
    expect(stdout).toContain("[write] to stderr");
  });

  test("the exit code is that of the step that failed", async () => {
    const { code, record } = await run(GOOD, "-p", "code=9");
    expect(code).toBe(9);
    expect(record.state).toBe("failed");
    expectNothingLeft();
  });

  test("once a Task has failed no other begins", async () => {
    const task = (name: string, script: string, more = "") =>
      `    - { name: ${name}, ${more}taskSpec: { steps: [{ name: run, image: "${IMAGES.busybox}", script: "${script}" }] } }\n`;
    const pipeline = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: { name: demo }
spec:
  tasks:
${task("breaks", "exit 5")}${task("begun", "while [ ! -e /tekton/run/0/out.err ]; do sleep 0.02; done")}${task("later", "true", "runAfter: [begun], ")}`;
    const { code, record } = await run(pipeline);
    expect(record.tasks.map(({ state }) => state)).toEqual(["failed", "succeeded", "skipped"]);
    expect(code).toBe(5);
  });

  test("Ctrl-C ends the steps with grace, and clears everything away", async () => {
    const running = start(LONG, "-o", "text");
    await running.until("waiting");
    running.child.kill("SIGINT");
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toContain("cleaned");
    expectNothingLeft();
  });

  test("Ctrl-C ends a pull that does not end by itself", async () => {
    const { port, asked } = await silentRegistry();
    const image = `127.0.0.1:${port}/never:1`;
    const running = start(TASK(`    - { name: a, image: "${image}", command: [x] }\n`), "-o", "text");
    await asked;
    running.child.kill("SIGINT");
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^demo cancelled .*: cancelled by SIGINT$/m);
    expectNothingLeft();
  });

  test("what is kept stays, whoever runs next", async () => {
    const kept = await start(GREETER, "--keep").ended;
    const [, name = ""] = /kept in \w+ as (\S+)/.exec(kept.stdout + kept.stderr) ?? [];
    const { stdout, stderr } = await start(GREETER).ended;
    expect(stdout + stderr).not.toContain("cleared away");
    const left = engine.run(["ps", "--all", "--format", "{{.Names}}"]).stdout.trim().split("\n");
    expect(left.filter((one) => one.startsWith(name)).length).toBe(directories ? 2 : 4);
    const [, directory] = / and in (\S+)/.exec(kept.stdout + kept.stderr) ?? [];
    expect(directory === undefined || existsSync(directory)).toBe(true);
    if (directory !== undefined) rmSync(directory, { recursive: true });
    if (on === "podman") engine.run(["pod", "rm", "--all", "--force", "--time", "0"]);
    engine.run(["rm", "--force", ...left]);
    engine.run(["volume", "prune", "--force"]);
    expectNothingLeft();
  });

  test("what a killed baton left is cleared away by the next run", async () => {
    const running = start(LONG);
    await running.until("waiting");
    running.child.kill("SIGKILL");
    await running.ended;
    expect(engine.run(["ps", "--quiet"]).stdout).not.toBe("");
    const { stdout, stderr } = await start(GREETER).ended;
    expect(stdout + stderr).toContain("cleared away a run");
    expectNothingLeft();
  });

  test("memory over the limit fails the step, and only the limit does", async () => {
    const script = "x=$(head -c 40000000 /dev/zero | tr '\\0' x); echo kept";
    const eat = (memory: string) =>
      TASK(`    - name: eat
      image: ${IMAGES.busybox}
      computeResources: { limits: { memory: ${memory} } }
      script: |
        #!/bin/sh
        ${script}
`);
    expect((await run(eat("1Gi"))).record.steps[0]?.state).toBe("succeeded");
    const { code, record } = await run(eat("16Mi"));
    expect(code).not.toBe(0);
    expect(record.steps[0]?.state).toMatch(/^(failed|lost)$/);
    expectNothingLeft();
  });

  test("a step needs no shell, no root and no file system that can be written", async () => {
    const context = "securityContext: { runAsUser: 99, readOnlyRootFilesystem: true }";
    const step = `{ name: bare, image: "${IMAGES.entrypoint}", command: [/ko-app/entrypoint, version], ${context} }`;
    const { code, stdout } = await start(TASK(`    - ${step}\n`), "-o", "text").ended;
    expect(stdout).toMatch(/\[bare\] .*\d/);
    expect(code).toBe(0);
  });

  test("an image runs what it runs by itself where a step does not say", async () => {
    const { stdout } = await start(GREETER).ended;
    expect(stdout).toContain("[greet] hello world");
    expect(stdout).toContain("[other] hello you");
  });

  test("given ConfigMaps and Secrets are there, as variables and as files", async () => {
    const data = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { level: "high $(HOME)", file.txt: content }
---
apiVersion: v1
kind: Secret
metadata: { name: registry }
stringData: { token: hunter2 }
---`;
    const task = TASK(
      `    - name: show
      image: ${IMAGES.busybox}
      envFrom: [{ secretRef: { name: registry }, prefix: ALL_ }]
      env:
        - { name: LEVEL, valueFrom: { configMapKeyRef: { name: settings, key: level } } }
        - { name: TOKEN, valueFrom: { secretKeyRef: { name: registry, key: token } } }
      volumeMounts: [{ name: c, mountPath: /c }, { name: s, mountPath: /s }]
      command: [/bin/sh, -c, 'echo "$LEVEL $TOKEN $ALL_token $(cat /c/file.txt) $(cat /s/token)"']
`,
      "  volumes: [{ name: c, configMap: { name: settings } }, { name: s, secret: { secretName: registry } }]\n",
    );
    const { stdout, stderr } = await start(`${data}${task}`, "--target", "Task/demo", "-o", "text").ended;
    expect(stdout, stderr).toContain("[show] high $(HOME) hunter2 hunter2 content hunter2");
    expectNothingLeft();
  });

  test("images that are nowhere are named before anything starts", async () => {
    const task = TASK(
      "    - { name: a, image: localhost/nothing:1, command: [x] }\n    - { name: b, image: localhost/nor:2, command: [x] }\n",
    );
    const { code, stderr } = await start(task).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/image-missing.*localhost\/nothing:1[\s\S]*image-missing.*localhost\/nor:2/);
    expectNothingLeft();
  });
});

test("a second Ctrl-C ends a start that does not end by itself", async () => {
  const docker = await startDocker();
  onTestFinished(() => docker.stop());
  const probe = "readinessProbe: { exec: { command: [test, ''] }, periodSeconds: 1, failureThreshold: 1000 }";
  const never = `  sidecars: [{ name: s, image: "${IMAGES.busybox}", command: [sleep, "1000"], ${probe} }]\n`;
  const running = folder({
    "task.yaml": TASK(
      "    - { name: a, image: IMAGE, command: [ls] }\n".replace("IMAGE", IMAGES.busybox),
      never,
    ),
  }).start(["run", "task.yaml", "--on", "docker", "--network", "none", "-o", "text"], {
    environment: docker.environment,
  });
  const isUp = () => docker.run(["ps", "--format", "{{.Names}}"]).stdout.includes("sidecar-s");
  await within("the sidecar is up", isUp);
  running.child.kill("SIGINT");
  await running.until("once more kills them");
  running.child.kill("SIGINT");
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(stdout).toMatch(/^demo cancelled .*: cancelled by SIGINT$/m);
  expect(docker.run(["ps", "--all", "--quiet"]).stdout).toBe("");
});

test.each(["podman", "docker"])("without %s here the mistake has a cure", async (on) => {
  const { code, stderr } = await folder({ "task.yaml": GOOD }).start(["run", "task.yaml", "--on", on], {
    environment: { PATH: "/nowhere" },
    wrap: [],
  }).ended;
  expect(code).toBe(2);
  expect(stderr).toContain("engine-missing");
  expect(stderr).toContain("--on local");
});

/** Takes connections and never says anything. */
async function silentRegistry(): Promise<{ port: number; asked: Promise<unknown> }> {
  const server = createServer((socket) => socket.on("error", () => {}));
  onTestFinished(() => void server.close());
  const asked = new Promise((resolve) => server.once("connection", resolve));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { port: typeof address === "object" ? (address?.port ?? 0) : 0, asked };
}
