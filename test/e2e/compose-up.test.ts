// A compose file that `baton inject` has ordered, as compose itself runs it: jobs one after the other, the exit code of the one
// that failed, and nobody left waiting, whatever is killed.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Folder, folder } from "./_baton.ts";
import { type Daemon, IMAGES, startDocker } from "./_engines.ts";

let docker: Daemon;
beforeAll(async () => {
  docker = await startDocker();
});
afterAll(() => docker?.stop());

const project = (tests: string, seed = "echo seeded") => `
x-app: &app
  image: ${IMAGES.busybox}
  network_mode: none
  entrypoint: []
services:
  db:
    <<: *app
    command: ["sh", "-c", "echo db; touch /ready; exec sleep 1000"]
    healthcheck: {test: test -e /ready, interval: 60s}
  seed:
    <<: *app
    user: "1000:1000"
    command: ["sh", "-c", "${seed}"]
    depends_on: {db: {condition: service_healthy}}
  greets:
    image: ${IMAGES.greeter}
    network_mode: none
    depends_on: {seed: {condition: service_completed_successfully}}
  tests:
    <<: *app
    command: ["sh", "-c", "${tests}"]
    depends_on: {greets: {condition: service_completed_successfully}}
`;

interface Up {
  readonly path: string;
  /** Runs compose's command line on the ordered file. */
  compose(...words: readonly string[]): ReturnType<Daemon["run"]>;
  up(): Promise<{ readonly code: number | null; readonly said: string }>;
}

async function ordered(text: string): Promise<Up> {
  const files: Folder = folder({ "compose.yaml": text });
  const words = [
    "inject",
    "-f",
    "compose.yaml",
    "-o",
    "ordered.yaml",
    "--entrypoint-image",
    IMAGES.entrypoint,
  ];
  const { code, stderr } = await files.start(words, { environment: docker.environment }).ended;
  expect([code, stderr]).toEqual([0, ""]);
  const file = join(files.path, "ordered.yaml");
  return {
    path: files.path,
    compose: (...more) => docker.run(["compose", "-f", file, ...more]),
    up: () => up(file),
  };
}

function up(file: string): ReturnType<Up["up"]> {
  const words = ["compose", "-f", file, "up", "--exit-code-from", "baton", "--timeout", "5"];
  const child = spawn("docker", words, { env: { ...process.env, ...docker.environment } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  return new Promise((settle) => child.once("close", (code) => settle({ code, said })));
}

test("jobs run in order, twice, and the last one's failure is the project's", async () => {
  const { up, compose } = await ordered(project("echo tested; exit 3"));
  for (let times = 0; times < 2; times += 1) {
    const { code, said } = await up();
    expect(code, said).toBe(3);
    const lines = [...said.matchAll(/^(\S+)-1\s*\| (db|seeded|hello world|tested)\r?$/gm)];
    // Compose tells lines of different containers in any order: what each says is that its turn came.
    expect(lines.map(([, , line]) => line).toSorted()).toEqual(["db", "hello world", "seeded", "tested"]);
  }
  compose("down", "-v", "-t", "1");
});

test("what fails first keeps the others from running", async () => {
  const { up, compose } = await ordered(project("echo tested", "exit 7"));
  const { code, said } = await up();
  expect(code, said).toBe(7);
  expect(said).not.toMatch(/hello|tested/);
  compose("down", "-v", "-t", "1");
});

test("a container that is killed while others wait for it leaves nobody waiting", async () => {
  const { up, compose, path } = await ordered(project("echo tested", "echo sleeps; exec sleep 1000"));
  const ended = up();
  const name = `${path.split("/").at(-1)?.toLowerCase()}-seed-1`;
  while (!docker.run(["logs", name]).stdout.includes("sleeps"))
    await new Promise((settle) => setTimeout(settle, 50));
  docker.run(["kill", name]);
  const { code, said } = await ended;
  expect(code, said).toBe(1);
  expect(said).not.toMatch(/hello|tested/);
  compose("down", "-v", "-t", "1");
});
