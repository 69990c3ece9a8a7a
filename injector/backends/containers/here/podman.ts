// Containers of podman, which has no daemon: whoever starts a container gives it its standard output, so that what it says
// comes straight from it, and ends when its last process has.

import type { Readable } from "node:stream";
import { removeRunDirectory } from "../../host/directory.ts";
import { type Called, call, spawnEngine } from "../call.ts";
import { lookAt } from "../images.ts";
import { type Driver, LABEL, Refused, type RunningContainer, type StartContext } from "./driver.ts";
import type { Bind, ContainerSpec, Port } from "./spec.ts";

export const podmanHere: Driver = {
  name: "podman",
  look: (image) => lookAt("podman", image),
  network: async () => undefined,
  start,
  async exec(container, argv, milliseconds) {
    const { code } = await podman(["exec", container, ...argv], AbortSignal.timeout(milliseconds));
    return code;
  },
  async address(container) {
    if (process.getuid?.() !== 0) return undefined;
    const { stdout } = await podman(["inspect", "--format", ADDRESS, container]);
    return stdout.trim() || undefined;
  },
  async signal(containers, name) {
    await podman(["kill", "--signal", name, ...containers]);
  },
  async remove(run, given) {
    const containers = given ?? (await list("{{.Names}}", `label=${LABEL}=${run}`));
    if (containers.length > 0)
      await podman(["rm", "--force", "--ignore", "--time", "0", "--volumes", ...containers]);
  },
  async removeDirectory(directory) {
    try {
      await removeRunDirectory(directory);
    } catch (error) {
      const { code } = await podman(["unshare", "rm", "-rf", "--", directory]);
      if (code !== 0) throw error;
    }
  },
  runs: () => list(`{{index .Labels "${LABEL}"}}`, `label=${LABEL}`),
};

/** Each line once. */
async function list(format: string, filter: string): Promise<readonly string[]> {
  const { stdout } = await podman(["ps", "--all", "--filter", filter, "--format", format]);
  return [...new Set(stdout.split("\n").filter((line) => line !== ""))];
}

const ADDRESS = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";

const podman = (words: readonly string[], signal?: AbortSignal): Promise<Called> =>
  call("podman", words, { signal });

/** Podman goes away when the container is up, and leaves its own standard output to it. */
function start(spec: ContainerSpec, { run, kill: signal }: StartContext): Promise<RunningContainer> {
  const child = spawnEngine("podman", wordsFor(spec, run));
  const kill = () => child.kill();
  if (signal?.aborted) kill();
  signal?.addEventListener("abort", kill);
  const { stdout, stderr } = child as { readonly stdout: Readable; readonly stderr: Readable };
  child.stdin?.end();
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Refused({ code: 1, stdout: "", stderr: error.message })));
    child.once("exit", (code) => {
      signal?.removeEventListener("abort", kill);
      if (code === 0) resolve({ stdout, stderr, ending: async () => LOST });
      else
        void wordsOf(stderr).then((words) =>
          reject(new Refused({ code: code ?? 1, stdout: "", stderr: words })),
        );
    });
  });
}

const LOST = "its container ended without a record";

/** Of a container that has not come up there is nothing else on the stream. */
async function wordsOf(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}

function wordsFor(spec: ContainerSpec, run: string): readonly string[] {
  const [entrypoint = "", ...args] = spec.argv;
  return [
    ...["--log-level", "fatal", "run", "--detach", "--log-driver", "passthrough", "--pull", "never"],
    ...["--name", spec.name, "--label", `${LABEL}=${run}`, "--no-healthcheck"],
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
