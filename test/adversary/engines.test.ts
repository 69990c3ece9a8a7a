// Hostile steps in containers, on real engines: whatever a step does and whenever somebody is killed, the run ends, in words,
// nobody is taken in, and nothing is left.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { within } from "../blackbox/_entrypoint.ts";
import { type Ended, folder } from "../e2e/_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "../e2e/_engines.ts";
import { budget, random } from "./_budget.ts";

/** What a step does before it says that it is ready, and then stays until it is ended. */
const HOSTILE: Readonly<Record<string, string>> = {
  "ignores signals": "trap '' INT TERM HUP",
  "stops all of its processes": "trap '' INT TERM; (sleep 0.5; kill -STOP -1) &",
  "stops its entrypoint": "kill -STOP 1; kill -STOP $PPID",
  "kills its entrypoint": "kill -KILL 1",
  "makes a pipe of its record": `cd /tekton/run/0/status; busybox rm -f status.json; busybox mkfifo status.json`,
  "removes all that is its own":
    "busybox rm -rf /tekton/run/0/* /tekton/run/0/.* /tekton/results/* /workspace/*",
  "makes links of its directories":
    "busybox rm -rf /tekton/run/0/status /tekton/results/r; busybox ln -s / /tekton/run/0/status; busybox ln -s /sec/token /tekton/results/r",
  "touches what is another's":
    ": > /tekton/run/1/out; : > /tekton/run/1/out.err; busybox rm -rf /tekton/run/1; echo x > /tekton/run/1/out.alive",
  "gets away": "busybox setsid sh -c 'trap \"\" INT TERM; while :; do sleep 1000; done' &",
};

const TASK = (script: string) => `
apiVersion: v1
kind: Secret
metadata: { name: s }
stringData: { token: PLANTED-SECRET }
---
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: demo }
spec:
  results: [{ name: r }]
  volumes: [{ name: sec, secret: { secretName: s } }]
  steps:
    - name: evil
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        ${script}
        echo ready
        while :; do sleep 1000; done
    - name: next
      image: ${IMAGES.busybox}
      command: [echo, FOOLED]
      volumeMounts: [{ name: sec, mountPath: /sec }]
`;

const ENGINES = [
  { on: "podman", network: "host", open: async (): Promise<Engine> => startPodman() },
  { on: "docker", network: "none", open: (): Promise<Engine> => startDocker() },
];

describe.each(ENGINES)("on $on", ({ on, network, open }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.stop());

  const lines = (...words: readonly string[]) =>
    engine
      .run(words)
      .stdout.split("\n")
      .filter((line) => line !== "");
  const containers = () => lines("ps", "--all", "--format", "{{.Names}}");
  /** A second Ctrl-C waits two seconds for an engine; what has to stay behind then is said, and the next run clears it away. */
  const nothingIsLeft = (what: string, { stderr }: Ended) => {
    if (stderr.includes("not everything has ended yet: the next run clears it away")) {
      engine.run(["rm", "--force", ...containers()]);
      for (const volume of lines("volume", "ls", "--quiet")) engine.run(["volume", "rm", "--force", volume]);
      return;
    }
    expect(containers(), what).toEqual([]);
    expect(lines("volume", "ls", "--quiet"), what).toEqual([]);
  };
  const begin = (script: string, where: string) =>
    folder({ "task.yaml": TASK(script) }).start(["run", "task.yaml", "--on", on, "--network", network], {
      environment: { ...engine.environment, BATON_ENGINE: where },
    });

  test.each(["here", "elsewhere"])("a second Ctrl-C ends what ignores the first (%s)", async (where) => {
    const run = begin(`${HOSTILE["ignores signals"]}; (sleep 0.1; kill -STOP $$) &`, where);
    await run.until("[evil] ready");
    run.child.kill("SIGINT");
    await run.until("once more kills them");
    run.child.kill("SIGINT");
    const ended = await within(LONG, "the end", run.ended);
    expect(ended.code, ended.stdout).toBe(130);
    nothingIsLeft(where, ended);
  });

  test.each(["here", "elsewhere"])(
    "whatever a step does and whoever is killed, the run ends, in words (%s)",
    async (where) => {
      const end = Date.now() + budget(0.02);
      const next = random();
      do {
        const kinds = Object.keys(HOSTILE);
        const kind = kinds[Math.floor(next() * kinds.length)] ?? "";
        const ending = next() < 0.5 ? "Ctrl-C twice" : next() < 0.5 ? "step-evil" : "step-next";
        const what = `${where}: it ${kind}, then ${ending}`;
        const ended = await round(begin(HOSTILE[kind] ?? "", where), ending);
        const { code, stdout, stderr } = ended;
        expect(code, `${what}\n${stdout}${stderr}`).not.toBe(0);
        expect(stdout + stderr, what).toMatch(/^demo (failed|cancelled) in |^not everything has ended yet/m);
        expect(stdout + stderr, what).not.toMatch(/FOOLED$|PLANTED-SECRET|TypeError|defect|^\s+at /m);
        nothingIsLeft(what, ended);
      } while (Date.now() < end);
    },
  );

  /** Once the step is ready, or has ended before it could say so. */
  async function round(run: ReturnType<typeof begin>, ending: string) {
    const said = (text: string) => within(LONG, text, run.until(text)).catch(() => undefined);
    await said("[evil] ready");
    if (ending !== "Ctrl-C twice") {
      const victim = containers().find((name) => name.replace(/-1$/, "").endsWith(`-${ending}`));
      if (victim !== undefined) engine.run(["kill", "--signal", "KILL", victim]);
    }
    // Nobody waits for the one that is left where it is the second that was killed.
    if (ending !== "step-evil") {
      run.child.kill("SIGINT");
      await said("once more kills them");
      run.child.kill("SIGINT");
    }
    return within(LONG, `the end after ${ending}`, run.ended);
  }
});

const LONG = 60_000;
