// baton run compose.yaml: the file as it is, on docker and on podman: one stream in the order of its waits, results, an exit code,
// nothing left; and nobody waits for a container that is gone.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folder } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "./_engines.ts";

const PLAIN = `image: ${IMAGES.busybox}, network_mode: none`;
const project = (last: string, middle = "echo -n 3 > /tekton/results/count") => `
services:
  db:
    image: ${IMAGES.busybox}
    network_mode: none
    command: ["sh", "-c", "echo db; touch /ready; exec sleep 1000"]
    healthcheck: {test: test -e /ready, interval: 60s}
  seed:
    image: \${IMAGE:-${IMAGES.busybox}}
    network_mode: none
    user: "1000:1000"
    x-baton: {results: [count]}
    command: ["sh", "-c", "echo seeded $$((1 + 1)); ${middle}"]
    pre_start:
      - command: ["echo", "before"]
    depends_on: {db: {condition: service_healthy}}
  greets:
    image: ${IMAGES.greeter}
    network_mode: none
    depends_on: {seed: {condition: service_completed_successfully}}
jobs:
  last: {${PLAIN}, command: ["sh", "-c", "${last}"], depends_on: {greets: {condition: service_completed_successfully}}}
`;

describe.each([
  { on: "docker", open: startDocker },
  { on: "podman", open: async (): Promise<Engine> => startPodman() },
])("on $on", ({ on, open }) => {
  let engine: Engine;
  const environment = () => ({ DOCKER_CONFIG: resolve("build/docker"), ...engine.environment });
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.stop());

  test("jobs in their order, results, the exit code of the one that failed, and nothing left", async () => {
    const { start } = folder({ "compose.yaml": project("echo tested; exit 3") });
    const words = ["run", "compose.yaml", "--on", on, "-o", "text"];
    const { code, stdout, stderr } = await start(words, { environment: environment() }).ended;
    expect(code, stderr).toBe(3);
    const lines = stdout.split("\n");
    // A service that stays is no job: its lines have no place among theirs.
    expect(lines).toContain("[db] db");
    expect(
      lines.filter((line) => /^\[.*\] (before|seeded 2|hello world|tested)$/.test(line)),
      stdout,
    ).toEqual(["[seed-pre-start-1] before", "[seed] seeded 2", "[greets] hello world", "[last] tested"]);
    for (const what of ["ps --all", "volume ls", "network ls --filter label=com.docker.compose.project"])
      expect(engine.run([...what.split(" "), "--quiet"]).stdout).toBe("");
  });

  test("the record has its results and its sidecars' places", async () => {
    const { start } = folder({ "compose.yaml": project("echo tested") });
    const words = ["run", "compose.yaml", "--on", on, "-o", "json"];
    const { code, stdout, stderr } = await start(words, { environment: environment() }).ended;
    expect(code, stderr).toBe(0);
    const record = JSON.parse(stdout);
    expect(record).toMatchObject({
      source: { kind: "Compose", file: "compose.yaml" },
      state: "succeeded",
      results: [{ name: "count", value: "3" }],
    });
    expect(record.steps.map(({ step, state }: Record<string, string>) => [step, state])).toEqual(
      ["seed-pre-start-1", "seed", "greets", "last"].map((step) => [step, "succeeded"]),
    );
  });

  test("a container that cannot start is lost, and nobody waits for it", async () => {
    const text = project("echo tested").replace("  greets:\n", "  greets:\n    devices: [/nowhere:/dev/x]\n");
    const { start } = folder({ "compose.yaml": text });
    const words = ["run", "compose.yaml", "--on", on, "-o", "text"];
    const { code, stdout } = await start(words, { environment: environment() }).ended;
    expect(code, stdout).not.toBe(0);
    expect(stdout).not.toContain("tested\n");
  });

  test("killed while others wait for it, it is lost", async () => {
    const { start } = folder({ "compose.yaml": project("echo tested", "exec sleep 1000") });
    const run = start(["run", "compose.yaml", "--on", on, "-o", "text"], { environment: environment() });
    await run.until("seeded 2");
    const [name] = engine
      .run(["ps", "--filter", "name=-seed-1$", "--format", "{{.Names}}"])
      .stdout.split("\n");
    expect(engine.run(["kill", name ?? ""]).code).toBe(0);
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(1);
    expect(stdout).toContain("[greets] lost");
    expect(stdout).not.toContain("tested\n");
  });
});

test("the graph of a compose file", () => {
  const { path } = folder({ "compose.yaml": project("true") });
  const { stdout } = spawnSync("node", [resolve("dist/cli.mjs"), "graph", path], { encoding: "utf8" });
  expect(stdout).toContain("last/last");
  expect(stdout).toContain("db/db (sidecar)");
});
