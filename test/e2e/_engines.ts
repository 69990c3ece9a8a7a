// Real container engines, started for a test file or a bench and gone with it, with everything of theirs in one folder.
// Nothing is pulled: the images are made here, of busybox and of the entrypoint that was built.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { entrypointImage } from "../../images/entrypoint.ts";
import { archive } from "../../images/oci.ts";

export const IMAGES = {
  /** Busybox with an entrypoint of its own: it greets. */
  greeter: "localhost/greeter:test",
  entrypoint: "localhost/baton/entrypoint:test",
  busybox: "localhost/busybox:test",
};

export interface Engine {
  /** Runs the engine's command line. */
  run(
    words: readonly string[],
    input?: string | Uint8Array,
  ): { code: number; stdout: string; stderr: string };
  stop(): Promise<void>;
  /** What makes the engine's command line, and baton, talk to this one. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Podman has no daemon: a store of its own is all there is to start. */
export function startPodman(): Engine {
  const folder = mkdtempSync(join(tmpdir(), "podman-"));
  const [config, storage] = [join(folder, "containers.conf"), join(folder, "storage.conf")];
  writeFileSync(config, containersConf(folder));
  writeFileSync(storage, storageConf(folder));
  const environment = { CONTAINERS_CONF: config, CONTAINERS_STORAGE_CONF: storage };
  const run = runner("podman", environment);
  importImages(folder, run);
  const stop = async () => {
    run(["pod", "rm", "--all", "--force", "--time", "0"]);
    run(["system", "reset", "--force"]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { run, stop, environment };
}

/** An engine whose daemon can be ended and started again while it holds containers. */
export interface Daemon extends Engine {
  kill(signal: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
}

export async function startDocker(...flags: readonly string[]): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), "docker-"));
  const socket = `unix://${join(folder, "socket")}`;
  const plugins = resolve("build/docker");
  const environment = { DOCKER_HOST: socket, ...(existsSync(plugins) ? { DOCKER_CONFIG: plugins } : {}) };
  const run = runner("docker", environment);
  let daemon = spawnDocker(folder, socket, flags);
  const start = () => until("dockerd answers", daemon, () => run(["version"]).code === 0);
  const kill = async (signal: NodeJS.Signals) => {
    const ended = new Promise((settle) => daemon.once("exit", settle));
    daemon.kill(signal);
    await ended;
    await containerdIsGone(join(folder, "exec/containerd/containerd.pid"));
  };
  await start();
  importImages(folder, run);
  const stop = async () => {
    await kill("SIGTERM");
    unmountBelow(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  const startAgain = () => {
    daemon = spawnDocker(folder, socket, flags);
    return start();
  };
  return { run, stop, environment, kill, start: startAgain };
}

/**
 * crun refuses mixed cgroups; the other limits are below podman's own wishes on small machines. Podmans that share
 * their directory of exit codes, or their networks, with others lose them to whoever resets first.
 */
const containersConf = (folder: string): string => `[containers]
default_ulimits=["nofile=20000:20000","nproc=20000:20000"]
pids_limit=0
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
tmp_dir="${join(folder, "tmp")}"
[network]
network_config_dir="${join(folder, "networks")}"
`;

const storageConf = (folder: string): string => `[storage]
driver="vfs"
graphroot="${join(folder, "root")}"
runroot="${join(folder, "run")}"
`;

function spawnDocker(folder: string, socket: string, flags: readonly string[]): ChildProcess {
  const paths = [
    ["--data-root", join(folder, "data")],
    ["--exec-root", join(folder, "exec")],
    ["-p", join(folder, "pid")],
  ].flat();
  rmSync(join(folder, "pid"), { force: true });
  const words = ["--iptables=false", "--bridge=none", ...paths, "-H", socket, ...flags];
  return spawn("dockerd", words, { stdio: "ignore" });
}

/** A killed dockerd takes its containerd with it, a moment later; the next one would take the dying one for its own. */
async function containerdIsGone(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = readFileSync(pidFile, "utf8").trim();
  await within("containerd ends", () => !/^ *[^ZX ]/.test(runWords("ps", "-o", "stat=", "-p", pid)));
  rmSync(pidFile, { force: true });
}

const runWords = (program: string, ...words: readonly string[]): string =>
  spawnSync(program, words, { encoding: "utf8" }).stdout;

function runner(program: string, environment: Readonly<Record<string, string>>): Engine["run"] {
  return (words, input) => {
    const env = { ...process.env, ...environment };
    const done = spawnSync(program, [...words], {
      env,
      encoding: "utf8",
      ...(input === undefined ? {} : { input }),
    });
    if (done.error !== undefined)
      throw new Error(`${program} does not start (${done.error.message}): \`make engines\` installs it`);
    return { code: done.status ?? 128, stdout: done.stdout, stderr: done.stderr };
  };
}

/** Where no mount is shared, dockerd mounts its data root on itself, and forgets it below a changed root. */
export function unmountBelow(folder: string): void {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const places = mounts.flatMap((line) => line.split(" ")[1] ?? []);
  for (const place of places.filter((path) => path.startsWith(`${folder}/`)).reverse())
    spawnSync("umount", [place]);
}

const APPLETS = ["sh", "cat", "echo", "ls", "mkdir", "sleep", "touch", "id", "test", "seq", "head", "tr"];

/** Of this machine, by Go's name. */
export const ARCHITECTURE: string = process.arch === "x64" ? "amd64" : process.arch;

function importImages(folder: string, run: Engine["run"]): void {
  const binary = readFileSync(resolve("dist/entrypoint"));
  const image = entrypointImage({ [ARCHITECTURE]: binary }, "test", { reference: IMAGES.entrypoint });
  taken(IMAGES.entrypoint, run(["load"], archive(image, ARCHITECTURE)));
  const busybox = join(folder, "busybox-image");
  mkdirSync(join(busybox, "bin"), { recursive: true });
  copyFileSync("/bin/busybox", join(busybox, "bin/busybox"));
  chmodSync(join(busybox, "bin/busybox"), 0o755);
  for (const applet of APPLETS) symlinkSync("busybox", join(busybox, "bin", applet));
  spawnSync("tar", ["-C", busybox, "-cf", `${busybox}.tar`, "."]);
  const greets = ["--change", 'ENTRYPOINT ["/bin/echo","hello"]', "--change", 'CMD ["world"]'];
  taken(IMAGES.busybox, run(["import", `${busybox}.tar`, IMAGES.busybox]));
  taken(IMAGES.greeter, run(["import", ...greets, `${busybox}.tar`, IMAGES.greeter]));
}

function taken(image: string, { code, stderr }: ReturnType<Engine["run"]>): void {
  if (code !== 0) throw new Error(`cannot load ${image}: ${stderr}\n${ALLOW}`);
}

const until = (what: string, daemon: ChildProcess, condition: () => boolean): Promise<void> =>
  within(what, () => {
    if (daemon.exitCode !== null) throw new Error(`dockerd ended with ${daemon.exitCode}: ${ALLOW}`);
    return condition();
  });

/** Waits until it is so, at most 30 s. */
export async function within(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`within 30 s: ${what}`);
    await new Promise((settle) => setTimeout(settle, 100));
  }
}

const ALLOW =
  "containers need root and a kernel that allows namespaces and mounts; `make test-unit` needs neither";
