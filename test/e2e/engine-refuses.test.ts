// What an engine refuses, before the first step starts: a code, and a cure.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { folder, ROOT, type StartOptions } from "./_baton.ts";
import { type Daemon, IMAGES, startDocker } from "./_engines.ts";

const TASK = `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: demo }
spec:
  workspaces: [{ name: data, optional: true }]
  steps: [{ name: only, image: "${IMAGES.busybox}", command: [echo, hello] }]
`;

/** On a disk of its own, which can be filled. */
let docker: Daemon;
let disk: string;
beforeAll(async () => {
  disk = mkdtempSync(join(tmpdir(), "disk-"));
  expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=64m", "none", disk]).status).toBe(0);
  docker = await startDocker(`--data-root=${disk}`);
});
afterAll(async () => {
  await docker?.stop();
  spawnSync("umount", [disk]);
  rmSync(disk, { recursive: true, force: true });
});

const run = (words: readonly string[] = [], options: StartOptions = {}) =>
  folder({ "task.yaml": TASK, "data/.keep": "" }).start(
    ["run", "task.yaml", "--on", "docker", "--network", "none", ...words],
    { ...options, environment: { ...docker.environment, ...options.environment } },
  ).ended;

test("a folder that is not where the engine runs", async () => {
  // Baton alone has it: as with an engine on another machine.
  const alone = 'mount -t tmpfs none data && mkdir data/here && exec "$@"';
  const wrap = ["unshare", "--mount", "sh", "-c", alone, "sh"];
  const { code, stderr } = await run(["-w", "name=data,path=data/here"], { wrap });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error\[folder-not-found\]: .*there is no \/.*\/data\/here where it runs/);
});

test("a socket that one may not use", async () => {
  const wrap = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const copy = folder();
  cpSync(join(ROOT, "dist"), join(copy.path, "dist"), { recursive: true });
  const cli = join(copy.path, "dist/cli.mjs");
  const { code, stderr } = await run([], { wrap, cli, environment: { HOME: "/nonexistent" } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error\[engine-forbidden\]: .*permission denied/m);
  expect(stderr).toContain("cure: ");
});

test.each([
  ["for a container", 0, "here"],
  ["for a container of an engine elsewhere", 0, "elsewhere"],
  ["for the entrypoint in its volume", 300_000, "elsewhere"],
])("a disk without room %s", async (_, room, where) => {
  const environment = { BATON_ENGINE: where };
  expect((await run([], { environment })).code).toBe(0);
  const filler = join(disk, "filler");
  onTestFinished(() => rmSync(filler, { force: true }));
  fill(filler, room);
  const { code, stderr } = await run([], { environment });
  expect(stderr).toMatch(/^error\[engine-disk-full\]: .*no space left on device/i);
  expect(code).toBe(2);
  rmSync(filler);
  expect(docker.run(["ps", "--all", "--quiet"]).stdout).toBe("");
  expect(docker.run(["volume", "ls", "--quiet"]).stdout).toBe("");
  expect((await run([], { environment })).code).toBe(0);
});

/** Takes all the room there is, but for so many bytes. */
function fill(file: string, room: number): void {
  const { stdout } = spawnSync("df", ["--output=avail", "--block-size=1", disk], { encoding: "utf8" });
  const size = Number(stdout.trim().split("\n").at(-1));
  try {
    writeFileSync(file, Buffer.alloc(size));
  } catch {
    // What was there is taken, which is all that is asked for.
  }
  truncateSync(file, size - room);
}
