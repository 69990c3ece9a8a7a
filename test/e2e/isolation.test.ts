// What a step sees and what it can change: its own directories and workspaces, and nothing else of the machine.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { folder, ROOT, taskOf } from "./_baton.ts";

test("absolute paths work, and nothing is made in the host's root", async () => {
  const before = readdirSync("/").sort();
  const script =
    "pwd; echo $HOME; echo data > /workspace/file; echo tmp > /tmp/file; echo root > /at-root; ls /tekton/home";
  const { baton } = folder({ "task.yaml": taskOf({ write: script, read: "cat /workspace/file" }) });
  const ended = await baton("run", "task.yaml");
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain("[write] /workspace\n[write] /tekton/home\n");
  expect(ended.stdout).toContain("[read] data\n");
  expect(readdirSync("/").sort()).toEqual(before);
  expect(existsSync("/tmp/file")).toBe(false);
});

test("a socket whose path leads over a link to where no step sees anything needs no cover", async () => {
  const { path, baton } = folder({ "task.yaml": taskOf({ say: "echo fine" }) });
  const linked = mkdtempSync(join(homedir(), ".baton-test-"));
  const server = createServer();
  onTestFinished(() => {
    server.close();
    rmSync(linked, { recursive: true });
  });
  symlinkSync(path, join(linked, "link"));
  await new Promise<void>((listening) => server.listen(join(linked, "link/x.sock"), listening));
  expect(await baton("run", "task.yaml")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("[say] fine\n"),
  });
});

test("the machine is read-only, /tmp is the step's alone, other processes are out of sight", async () => {
  const task = taskOf({
    change: "touch /usr/made-by-baton && exit 9; touch /tmp/mine; true",
    look: "[ ! -e /tmp/mine ] && [ $$ -lt 50 ] && ! kill -0 $PPID_OF_TEST 2>/dev/null",
  }).replaceAll("$PPID_OF_TEST", String(process.pid));
  const { baton } = folder({ "task.yaml": task });
  const ended = await baton("run", "task.yaml");
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain("Read-only file system");
});

test("no step can write another step's run directory, nor make a read-only mount writable", async () => {
  const task = taskOf({
    forge: "touch /tekton/run/1/out && exit 9; touch /tekton/steps/step-next/exitCode && exit 8; true",
    next: "mount -o remount,rw /tekton/run && exit 7; true",
  });
  const { record } = folder({ "task.yaml": task });
  expect(await record("task.yaml")).toMatchObject({ state: "succeeded" });
});

test("of the caller's environment a step gets what finds commands and the network, and no more", async () => {
  const { start } = folder({ "task.yaml": taskOf({ show: "env" }) });
  const environment = { SECRET_OF_MINE: "1", HTTPS_PROXY: "http://proxy.test", HOME: "/nowhere" };
  const { stdout } = await start(["run", "task.yaml"], { environment }).ended;
  expect(stdout).toContain("[show] HTTPS_PROXY=http://proxy.test\n");
  expect(stdout).toContain("[show] HOME=/tekton/home\n");
  expect(stdout).not.toContain("SECRET_OF_MINE");
});

test("a process that a step leaves behind ends with it", async () => {
  const left = `sleep ${31_000 + (process.pid % 1000)}`;
  const { baton } = folder({ "task.yaml": taskOf({ leave: `setsid ${left} >/dev/null 2>&1 &` }) });
  expect(await baton("run", "task.yaml")).toMatchObject({ code: 0 });
  expect(commandLines().filter((line) => line.includes(left))).toEqual([]);
});

test("a mount point that the machine lacks appears in the step, and only there", async () => {
  const more = "workspaces: [{name: data, mountPath: /usr/share/not-on-this-machine/data}]";
  const task = taskOf({ use: "echo x > /usr/share/not-on-this-machine/data/x; ls /usr/share | wc -l" }, more);
  const { baton } = folder({ "task.yaml": task });
  expect(await baton("run", "task.yaml", "-w", "name=data,emptyDir=")).toMatchObject({ code: 0 });
  expect(existsSync("/usr/share/not-on-this-machine")).toBe(false);
});

/** Runs a Task as a user without privileges, from a copy of the build that such a user can read. */
async function runAsNobody(task: string, wrap: readonly string[]) {
  const { path, scratch, start } = folder({ "task.yaml": task });
  cpSync(join(ROOT, "dist"), join(path, "dist"), { recursive: true });
  chmodSync(scratch, 0o777);
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  return start(["run", "task.yaml"], {
    environment: { BATON_ENTRYPOINT: join(path, "dist/entrypoint") },
    wrap: [...(process.getuid?.() === 0 ? nobody : []), ...wrap],
    cli: join(path, "dist/cli.mjs"),
  }).ended;
}

test("an unprivileged user has the same private paths", async () => {
  const ended = await runAsNobody(taskOf({ write: "id -u; echo data > /workspace/file" }), []);
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain(`[write] ${process.getuid?.() === 0 ? 65534 : process.getuid?.()}\n`);
  expect(ended.stdout).not.toContain("no private paths");
});

test("inside a container that lets nobody mount a /proc, the paths are private all the same", async () => {
  // A /proc that is partly covered, as container engines leave it, is one that the kernel allows no second one beside.
  const container = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", "/dev/null", "/proc/uptime"];
  const ended = await runAsNobody(
    taskOf({ write: "echo data > /workspace/file", read: "cat /workspace/file" }),
    container,
  );
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain("[read] data\n");
  expect(ended.stdout).not.toContain("no private paths");
});

test("without mount namespaces paths are substituted, and the run says so", async () => {
  const more = "workspaces: [{name: source}]\nresults: [{name: where}]";
  const script =
    "printf %s $(workspaces.source.path) > $(results.where.path); test -d $(workspaces.source.path)";
  const { start, scratch, left } = folder({ "task.yaml": taskOf({ only: script }, more) });
  const words = ["run", "task.yaml", "-w", "name=source,emptyDir="];
  const ended = await start(words, { environment: { BATON_SANDBOX: "none" } }).ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toMatch(/^note: no private paths here, so paths are substituted/m);
  expect(ended.stdout).toContain(`where  ${scratch}/baton-`);
  expect(left()).toEqual([]);
});

/** Of every process there is. */
function commandLines(): string[] {
  return execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split("\n");
}
