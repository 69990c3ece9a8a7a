// Containers of podman, which has no daemon: whoever starts a container gives it its standard output, so that what it says
// comes straight from it, and ends when its last process has.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { removeTree } from "../../../beneath/remove.ts";
import { type Called, call, spawnEngine } from "../call.ts";
import { lookAt } from "../images.ts";
import {
  type Driver,
  keptIn,
  LABEL,
  lossWords,
  Refused,
  type RunningContainer,
  type StartContext,
  type VolumeInspected,
} from "./driver.ts";
import { marksFolder } from "./marks.ts";
import type { Bind, ContainerSpec, Port } from "./spec.ts";

export function podmanHere(): Driver {
  /** What is left of each container that was asked for: undefined once it has gone by itself. */
  const left = new Map<string, () => Promise<boolean>>();
  return {
    name: "podman",
    marks: marksFolder(),
    look: (image) => lookAt("podman", image),
    network: async () => undefined,
    async volume(name) {
      const { code, stdout } = await podman(["volume", "inspect", name]);
      return code === 0 ? keptIn((JSON.parse(stdout) as readonly VolumeInspected[])[0]) : undefined;
    },
    start(spec, context) {
      left.set(spec.name, async () => true);
      return start(spec, context, (isLeft) => left.set(spec.name, isLeft));
    },
    async exec(container, argv, milliseconds) {
      const { code } = await podman(["exec", container, ...argv], AbortSignal.timeout(milliseconds));
      return code;
    },
    reachesPorts: process.getuid?.() === 0,
    async address(container) {
      const { stdout } = await podman(["inspect", "--format", ADDRESS, container]);
      return stdout.trim() || undefined;
    },
    async signal(containers, name) {
      await podman(["kill", "--signal", name, ...containers]);
    },
    async remove(run, given) {
      const named =
        given?.filter((name) => left.has(name)) ?? (await list("{{.Names}}", `label=${LABEL}=${run}`));
      const are = await Promise.all(named.map((name) => left.get(name)?.() ?? true));
      const containers = named.filter((_, at) => are[at]);
      if (containers.length > 0)
        await podman(["rm", "--force", "--ignore", "--time", "0", "--volumes", ...containers]);
    },
    async removeDirectory(directory) {
      try {
        await removeTree(directory);
      } catch (error) {
        const { code } = await podman(["unshare", "rm", "-rf", "--", directory]);
        if (code !== 0) throw error;
      }
    },
    runs: () => list(`{{index .Labels "${LABEL}"}}`, `label=${LABEL}`),
  };
}

/** Each line once. */
async function list(format: string, filter: string): Promise<readonly string[]> {
  const { stdout } = await podman(["ps", "--all", "--filter", filter, "--format", format]);
  return [...new Set(stdout.split("\n").filter((line) => line !== ""))];
}

const ADDRESS = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";

const podman = (words: readonly string[], signal?: AbortSignal): Promise<Called> =>
  call("podman", words, { signal });

/** Podman goes away when the container is up, and leaves its own standard output to it. */
function start(
  spec: ContainerSpec,
  context: StartContext,
  goes: (isLeft: () => Promise<boolean>) => void,
): Promise<RunningContainer> {
  const child = spawnEngine("podman", wordsFor(spec, context));
  const { kill: signal } = context;
  const kill = () => child.kill();
  if (signal?.aborted) kill();
  signal?.addEventListener("abort", kill);
  // Node throws away what nobody reads by the time that the process which it started ends.
  const [stdout, stderr] = [child.stdout, child.stderr].map((one) =>
    (one as Readable).pipe(new PassThrough()),
  ) as [PassThrough, PassThrough];
  child.stdin?.end();
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Refused(spec.id, error.message)));
    child.once("exit", (code) => {
      signal?.removeEventListener("abort", kill);
      if (code !== 0) return void wordsOf(stderr).then((words) => reject(new Refused(spec.id, words)));
      if (isEphemeral(spec, context))
        goes(async () => stdout.readableEnded && !(await hasGone(spec, context)));
      resolve({ stdout, stderr, ending: () => endingOf(spec) });
    });
  });
}

/** Whether podman removes it by itself. How others have ended is asked afterwards. */
const isEphemeral = ({ reports, rights }: ContainerSpec, { keep }: StartContext): boolean =>
  !keep && reports && rights.mem_limit === undefined;

/** Its monitor goes last, when the container has been removed. */
async function hasGone({ name }: ContainerSpec, { directory }: StartContext): Promise<boolean> {
  const pid = Number(readFileSync(pidFile(directory, name), "utf8"));
  for (let waited = 0; waited < LONGEST_WAIT_MS; waited += LOOK_MS) {
    if (!isThere(pid)) return true;
    await sleep(LOOK_MS);
  }
  return false;
}

const LONGEST_WAIT_MS = 10_000;
const LOOK_MS = 5;

const pidFile = (directory: string, name: string): string => join(directory, `${name}.pid`);

/** One that has ended and that nobody has waited for yet (proc(5): Z) does nothing more. */
function isThere(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}

async function endingOf({ id, name: container }: ContainerSpec) {
  const { code, stdout } = await podman(["wait", "--interval", "20ms", container]);
  if (code !== 0) return { words: `${id} was killed before it could report` };
  const exitCode = Number(stdout.trim());
  const state = await podman(["inspect", "--format", "{{.State.OOMKilled}}", container]);
  return { words: lossWords(id, exitCode, state.stdout.trim() === "true"), exitCode };
}

/** Of a container that has not come up there is nothing else on the stream. */
async function wordsOf(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}

function wordsFor(spec: ContainerSpec, context: StartContext): readonly string[] {
  const { run, directory } = context;
  const [entrypoint = "", ...args] = spec.argv;
  return [
    ...["--log-level", "fatal", "run", "--detach", "--log-driver", "passthrough", "--pull", "never"],
    ...["--name", spec.name, "--label", `${LABEL}=${run}`, "--no-healthcheck"],
    ...(isEphemeral(spec, context) ? ["--rm", "--conmon-pidfile", pidFile(directory, spec.name)] : []),
    ...(spec.network === undefined ? [] : ["--network", spec.network]),
    ...spec.ports.flatMap((port) => ["--publish", publishWord(port)]),
    ...Object.entries(spec.environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...spec.mounts.flatMap(mountWords),
    ...rightsWords(spec),
    ...["--entrypoint", JSON.stringify([entrypoint]), spec.image, ...args],
  ];
}

const publishWord = ({ target, published, protocol, hostIp }: Port): string =>
  `${hostIp === undefined ? "" : `${hostIp}:`}${published}:${target}/${protocol}`;

/** A label that all containers of the run share is only given to what was made for it. */
function mountWords({ source, path, readOnly, own }: Bind): readonly string[] {
  // A comma ends a field there; a colon ends one here.
  if (`${source}${path}`.includes(","))
    return ["--volume", `${source}:${path}:${readOnly ? "ro" : "rw"}${own ? ",z" : ""}`];
  const fields = [`type=bind`, `src=${source}`, `dst=${path}`, ...(readOnly ? ["ro=true"] : [])];
  return ["--mount", [...fields, ...(own ? ["relabel=shared"] : [])].join(",")];
}

function rightsWords({ rights }: ContainerSpec): readonly string[] {
  const { user, privileged, read_only, cpus, mem_limit } = rights;
  return [
    ...(user === undefined ? [] : ["--user", user]),
    ...(rights.group_add ?? []).flatMap((group) => ["--group-add", group]),
    ...(privileged === true ? ["--privileged"] : []),
    ...(read_only === true ? ["--read-only", "--read-only-tmpfs=false"] : []),
    ...(rights.cap_drop ?? []).flatMap((name) => ["--cap-drop", name]),
    ...(rights.cap_add ?? []).flatMap((name) => ["--cap-add", name]),
    ...(rights.security_opt ?? []).flatMap((option) => ["--security-opt", option.replace(":", "=")]),
    ...(cpus === undefined ? [] : ["--cpus", String(cpus)]),
    ...(mem_limit === undefined ? [] : ["--memory", `${mem_limit}b`]),
  ];
}
