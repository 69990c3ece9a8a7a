// Any container of a run can be killed at any time: the run ends, says why, and leaves nothing behind.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";
import { folder } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman, within } from "./_engines.ts";

/** `run` waits for a file in a folder of this machine. */
const TASK = `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: demo }
spec:
  workspaces: [{ name: gate }]
  sidecars: [{ name: server, image: "${IMAGES.busybox}", command: [sleep, "1000"] }]
  steps:
    - { name: done, image: "${IMAGES.busybox}", command: [echo, done] }
    - name: run
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        echo waiting
        until test -e $(workspaces.gate.path)/go; do sleep 0.05; done
        echo went
    - { name: after, image: "${IMAGES.busybox}", command: [echo, after] }
    - { name: last, image: "${IMAGES.busybox}", command: [echo, last] }
`;

const SEED = Number(process.env["CHAOS_SEED"] ?? 20_261_122);
const ROUNDS = Number(process.env["CHAOS_ROUNDS"] ?? 4);

const states = ({ steps }: RunRecord) => steps.map(({ state }) => state);
const WELL = ["succeeded", "succeeded", "succeeded", "succeeded"];

const PODMAN = {
  ...{ on: "podman", network: "host", now: ["--time", "0"] },
  open: async (): Promise<Engine> => startPodman(),
};
const DOCKER = { on: "docker", network: "none", now: [], open: (): Promise<Engine> => startDocker() };

/** What is there beside steps and sidecars: what holds their network, or what collects. */
describe.each([
  { ...PODMAN, where: "elsewhere", ours: "result" },
  { ...PODMAN, where: "here", ours: "network" },
  { ...DOCKER, where: "elsewhere", ours: "result" },
  { ...DOCKER, where: "here", ours: "network" },
])("on $on, $where", ({ on, network, now, open, where, ours }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.stop());

  const begin = (...words: readonly string[]) => {
    const files = folder({ "task.yaml": TASK, "gate/.keep": "" });
    const all = ["run", "task.yaml", "-w", "name=gate,path=gate", "--on", on, "--network", network, ...words];
    return {
      files,
      running: files.start(all, { environment: { ...engine.environment, BATON_ENGINE: where } }),
    };
  };
  const lines = (...words: readonly string[]) =>
    engine
      .run(words)
      .stdout.split("\n")
      .filter((line) => line !== "");
  const containers = () => lines("ps", "--all", "--format", "{{.Names}}");
  const isUp = (name: string) => lines("ps", "--format", "{{.Names}}").includes(name);
  const nameOf = (id: string) =>
    containers().find((name) => name.replace(/-1$/, "").endsWith(`-${id}`)) ?? "";
  const kill = (name: string) => engine.run(["kill", "--signal", "KILL", name]);
  const expectNothingLeft = () => {
    expect(containers()).toEqual([]);
    expect(lines("volume", "ls", "--quiet")).toEqual([]);
  };
  /** Kills these when `run` runs, then lets it go on. */
  const killing = async (...ids: readonly string[]) => {
    const { files, running } = begin("-o", "text");
    await running.until("[run] waiting");
    for (const id of ids) kill(nameOf(id));
    files.write("gate/go");
    const { code, stdout } = await running.ended;
    expectNothingLeft();
    return { code, stdout };
  };

  test.each([
    ["a step that has ended", "step-done"],
    ["a sidecar", "sidecar-server"],
    ["a container of ours", ours],
  ])("%s that is killed changes nothing", async (_, id) => {
    const { code, stdout } = await killing(id);
    expect(code, stdout).toBe(0);
    for (const line of ["[done] done", "[run] went", "[after] after", "[last] last"])
      expect(stdout.split(line)).toHaveLength(2);
  });

  test("a step that is killed is lost, and so are those after it", async () => {
    const { code, stdout } = await killing("step-run");
    expect(code).toBe(1);
    expect(stdout).toContain("step-run was lost: step-run was killed before it could report");
    expect(stdout).toMatch(/^ +last +lost/m);
  });

  test("a waiting step that is killed is lost, those before it are not", async () => {
    const { code, stdout } = await killing("step-after", ours);
    expect(code).toBe(1);
    expect(stdout).toContain("step-after was lost: step-after was killed before it could report");
    expect(stdout).toMatch(/^ +run +succeeded/m);
    expect(stdout).not.toContain("[last] last");
  });

  test("all of it at once", async () => {
    const { running } = begin("-o", "text");
    await running.until("[run] waiting");
    engine.run(["rm", "--force", ...now, ...containers()]);
    const { code, stdout } = await running.ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(/^demo failed .* was lost: .*(removed|killed) before it could report$/m);
    expectNothingLeft();
  });

  /** Kills one of the containers as soon as there are so many. */
  const hurt = async (random: (limit: number) => number) => {
    const { files, running } = begin("-o", "json");
    files.write("gate/go");
    const wanted = 1 + random(7);
    await within("containers", () => running.child.exitCode !== null || containers().length >= wanted);
    const there = containers();
    const victim = there[random(there.length)] ?? "";
    if (isUp(victim)) kill(victim);
    return { victim, ...(await running.ended) };
  };

  test("whatever is killed, whenever: an ending, a reason, nothing left", async () => {
    const random = seeded(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { victim, code, stdout, stderr } = await hurt(random);
      expectEnding(code, stdout, stderr, `seed ${SEED}, round ${round}: ${victim}\n${stdout}${stderr}`);
      expectNothingLeft();
    }
  });
});

/** Well where nobody missed the container; else lost, or never started. */
function expectEnding(code: number | null, stdout: string, stderr: string, what: string): void {
  if (code === 2) {
    expect(stderr, what).toMatch(/^error\[engine-failed\]/);
    return;
  }
  const record = JSON.parse(stdout) as RunRecord;
  expect(code, what).toBe(record.exitCode);
  if (code === 0) expect(states(record), what).toEqual(WELL);
  else expect(record.message, what).toMatch(/was lost: .*before it could report|failed: killed by/);
}

/** Whole numbers below a limit, the same ones in every run (mulberry32). */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
