// Steps that mean harm to the machine, to the run, or to whoever reads what they leave: on local, with private paths.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { folder, taskOf } from "./_baton.ts";

test("a step that makes a pipe of its record neither silences the run nor keeps it from being ended", async () => {
  const evil = "cd /tekton/run/0/status; rm -f status.json; mkfifo status.json; echo made; exec sleep 1000";
  const { start, left } = folder({ "task.yaml": taskOf({ evil }) });
  const run = start(["run", "task.yaml"]);
  await run.until("[evil] made");
  run.child.kill("SIGINT");
  await run.until("once more kills");
  run.child.kill("SIGINT");
  expect(await run.ended).toMatchObject({ code: 130 });
  expect(left()).toEqual([]);
});

test("a record that lies behind a link is none, and nothing is written there", async () => {
  const { path, record, write } = folder();
  write("home/.profile", "# mine\n");
  const evil = `
    volumes=$(awk '$5=="/workspace"{print $4}' /proc/self/mountinfo)
    mkdir /workspace/d
    ln -s ${path}/home/.profile /workspace/d/.status.json.tmp
    printf '%s' '{"state":"running","x":"$(id > ${path}/pwned)"}' > /workspace/d/status.json
    mv /tekton/run/0/status /tekton/run/0/old
    ln -s "$volumes/d" /tekton/run/0/status`;
  write("task.yaml", taskOf({ evil }));
  expect(await record("task.yaml")).toMatchObject({ state: "failed" });
  expect(readFileSync(join(path, "home/.profile"), "utf8")).toBe("# mine\n");
  expect(readdirSync(path)).not.toContain("pwned");
});

const RESULTS = {
  "a link to another step's Secret": 'ln -s "$volumes/sec/token" /tekton/results/r',
  "a link to a file of the machine": "ln -s /etc/passwd /tekton/results/r",
  "a pipe": "mkfifo /tekton/results/r",
  "a directory": "mkdir /tekton/results/r",
  "ten gigabytes": "truncate -s 10G /tekton/results/r",
};

test.each(Object.entries(RESULTS))("a result that is %s is none of the run's", async (_name, make) => {
  const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: THE-SECRET}\n---\n";
  const evil = `volumes=$(awk '$5=="/workspace"{sub("/[^/]*$","",$4); print $4}' /proc/self/mountinfo)\n${make}`;
  const spec = "results: [{name: r}]\nvolumes: [{name: sec, secret: {secretName: s}}]";
  const task = taskOf({ evil }, spec);
  const reader = '    - {name: reader, script: "true", volumeMounts: [{name: sec, mountPath: /sec}]}\n';
  const { baton, left } = folder({ "task.yaml": secret + task + reader });
  const { stdout } = await baton("run", "task.yaml", "-o", "json");
  expect(JSON.parse(stdout)).toMatchObject({ results: [] });
  expect(stdout).not.toMatch(/THE-SECRET|root:x:/);
  expect(left()).toEqual([]);
});

test("a link that a step leaves in a claim is no way out of it for a later run", async () => {
  const { path, start, write } = folder();
  const baton = (...words: readonly string[]) =>
    start(words, { environment: { XDG_DATA_HOME: join(path, "data") } }).ended;
  write("precious/file", "old");
  const use = (script: string) => taskOf({ use: script }, "workspaces: [{name: w}]");
  write(
    "plant.yaml",
    use(`ln -s ${path}/precious "$(workspaces.w.path)/sub"; mkdir -p "$(workspaces.w.path)/real"`),
  );
  write("spring.yaml", use('echo new > "$(workspaces.w.path)/file"'));
  const bound = (more: string) => ["-w", `name=w,claimName=c${more}`];
  expect(await baton("run", "plant.yaml", ...bound(""))).toMatchObject({ code: 0 });
  const refused = await baton("run", "spring.yaml", ...bound(",subPath=sub"));
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("error[path-leaves-volume]: the subPath sub leads out of its volume");
  expect(await baton("run", "spring.yaml", ...bound(",subPath=real"))).toMatchObject({ code: 0 });
  expect(readFileSync(join(path, "precious/file"), "utf8")).toBe("old");
});

test("a step has no open file but its own three, whoever started baton", async () => {
  const look = 'cd /proc/self/fd && for fd in *; do echo "$fd $(readlink $fd)"; done';
  const more = "workspaces: [{name: w}]";
  const { path, start, write } = folder({ "task.yaml": taskOf({ look }, more) });
  write("outside/file");
  const held = openSync(join(path, "outside"), "r");
  onTestFinished(() => closeSync(held));
  const ended = await start(["run", "task.yaml", "-w", "name=w,emptyDir=,subPath=x"], {
    wrap: ["bash", "-c", `exec 9<outside 99<outside "$0" "$@"`],
  }).ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).not.toMatch(/outside|volumes|scratch/);
});

test("no socket of the machine is where a step finds it, and no object of its IPC outlives it", async () => {
  const { path, record, write } = folder();
  const server = createServer().listen(join(path, "socket"));
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const look = `
    ipcmk -M 4096; ipcmk -Q
    [ ! -S ${path}/socket ]
    find / -xdev -type s 2>/dev/null | grep . && exit 9; true`;
  const before = execFileSync("ipcs", ["-m", "-q"], { encoding: "utf8" });
  write("task.yaml", taskOf({ look }));
  expect(await record("task.yaml")).toMatchObject({ state: "succeeded" });
  expect(execFileSync("ipcs", ["-m", "-q"], { encoding: "utf8" })).toBe(before);
});

test("no abstract socket of the machine answers a step, or a sidecar's probe; where the kernel cannot keep that, the run says so", async () => {
  const name = `baton-test-${process.pid}`;
  const listen = `import socket
with socket.socket(socket.AF_UNIX) as one:
  one.bind("\\0${name}"); one.listen()
  print("up", flush=True)
  while True: one.accept(); print("called", flush=True)`;
  const server = spawn("python3", ["-c", listen], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void server.kill());
  let heard = "";
  await new Promise<void>((resolve) => {
    server.stdout.on("data", (chunk) => {
      heard += chunk;
      resolve();
    });
  });
  const call = `python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect("\\0${name}")' || true`;
  const sidecar = `  sidecars:
    - name: beside
      script: exec sleep 1000
      readinessProbe: {periodSeconds: 1, exec: {command: [sh, -c, ${JSON.stringify(call)}]}}
`;
  const { baton } = folder({ "task.yaml": taskOf({ call: `${call}\necho called` }) + sidecar });
  const { stdout } = await baton("run", "task.yaml");
  expect(stdout).toContain("[call] called\n");
  if (/^note: nothing keeps the steps from abstract sockets/m.test(stdout)) return;
  expect(stdout).toContain("Operation not permitted");
  expect(heard).toBe("up\n");
});

test("a step does not see another run, nor claims that are not its own, whatever TMPDIR is", async () => {
  const outside = mkdtempSync(join(homedir(), ".runs-"));
  onTestFinished(() => rmSync(outside, { recursive: true }));
  const { start, write } = folder({
    "waits.yaml": taskOf({ wait: "echo A-SECRET > /workspace/s; echo up; exec sleep 1000" }),
  });
  const environment = { TMPDIR: outside, XDG_DATA_HOME: join(outside, "data") };
  write("claims.yaml", taskOf({ use: "echo A-SECRET > /workspace/w/s" }, "workspaces: [{name: w}]"));
  expect(
    await start(["run", "claims.yaml", "-w", "name=w,claimName=c"], { environment }).ended,
  ).toMatchObject({ code: 0 });
  const run = start(["run", "waits.yaml"], { environment });
  await run.until("[wait] up");
  write("look.yaml", taskOf({ look: `! grep -rs A-SECRET ${outside} /tmp /var/tmp` }));
  for (const TMPDIR of [outside, tmpdir()])
    expect(
      await start(["run", "look.yaml"], { environment: { ...environment, TMPDIR } }).ended,
    ).toMatchObject({ code: 0 });
  run.child.kill("SIGTERM");
  await run.ended;
});

test("a tree of 3,000 levels is cleared away like any other", async () => {
  const dig = `python3 -c 'import os
os.chdir("/workspace")
for i in range(3000): os.mkdir("dddd"); os.chdir("dddd")'`;
  const { baton, left } = folder({ "task.yaml": taskOf({ dig }) });
  expect(await baton("run", "task.yaml")).toMatchObject({ code: 0 });
  expect(left()).toEqual([]);
});

test("without namespaces the run says what it cannot keep, and still nothing outlives it", async () => {
  const unique = `sleep ${41_000 + (process.pid % 1000)}`;
  const { start } = folder({ "task.yaml": taskOf({ leave: `setsid ${unique} & sleep 0.1` }) });
  const ended = await start(["run", "task.yaml"], { environment: { BATON_SANDBOX: "none" } }).ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toMatch(/^note: nothing keeps the steps from what you can do yourself/m);
  expect(execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" })).not.toContain(unique);
});

test("a step has the devices of a container, and those that were asked for", async () => {
  const more = readdirSync("/dev").find((name) => !DEVICES.includes(name)) ?? "";
  const { baton } = folder({ "task.yaml": taskOf({ look: "ls /dev" }) });
  const devices = async (...words: readonly string[]) => {
    const { stdout } = await baton("run", "task.yaml", ...words);
    const names = [...stdout.matchAll(/^\[look\] (\S+)$/gm)].map(([, name]) => name ?? "");
    return names.filter((name) => name !== "started" && !DEVICES.includes(name));
  };
  expect(await devices()).toEqual([]);
  expect(await devices("--device", `/dev/${more}`)).toEqual([more]);
  expect((await baton("run", "task.yaml", "--device", "/etc/passwd")).stderr).toContain(
    "error[device-not-found]",
  );
});

const DEVICES =
  "console core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero".split(" ");
