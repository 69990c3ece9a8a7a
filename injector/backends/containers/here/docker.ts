// Containers of docker, by its API. Their output is followed as it comes; where the engine goes away meanwhile, the rest is
// read from the log that it keeps.

import { existsSync } from "node:fs";
import { release } from "node:os";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { removeRunDirectory } from "../../host/directory.ts";
import { type InspectedImage, lookOf } from "../images.ts";
import { type Away, waiting } from "../revive.ts";
import { type Api, ApiError, dockerApi, dockerSocket } from "./docker-api.ts";
import { type Driver, LABEL, Refused, type RunningContainer } from "./driver.ts";
import { type Onto, parted, type Told } from "./multiplexed.ts";
import type { Bind, ContainerSpec, Port } from "./spec.ts";

/** Undefined where nobody answers there, or who does is on another machine, in a virtual one, or with users of its own. */
export async function dockerHere(): Promise<Driver | undefined> {
  const socket = dockerSocket();
  if (socket === undefined) return undefined;
  const api = dockerApi(socket);
  const info = await api.ask<Info>("GET", "/info").catch(() => undefined);
  return info !== undefined && isThisMachine(info) ? driverOf(api) : undefined;
}

interface Info {
  readonly KernelVersion?: string;
  readonly SecurityOptions?: readonly string[] | null;
}

const isThisMachine = ({ KernelVersion, SecurityOptions }: Info): boolean =>
  KernelVersion === release() &&
  !(SecurityOptions ?? []).some((option) => /name=(rootless|userns)/.test(option));

function driverOf(api: Api): Driver {
  /** One for all containers. */
  let away: Away | undefined;
  return {
    name: "docker",
    look: (image) => ifThere(api.ask<InspectedImage>("GET", `/images/${image}/json`).then(lookOf)),
    async network(run) {
      const name = `${run}-network`;
      await api.ask("POST", "/networks/create", { Name: name, Labels: { [LABEL]: run } });
      return name;
    },
    start: (spec, { run, notice }) => {
      const doesAnswer = () => api.ask("GET", "/containers/json?limit=1").then(yes, no);
      away ??= waiting(doesAnswer, () => notice("docker does not answer: waiting for it"));
      return start(api, spec, run, away);
    },
    exec: (container, argv, milliseconds) => exec(api, container, argv, milliseconds),
    async address(container) {
      const { NetworkSettings } = await inspect(api, container);
      const [first] = Object.values(NetworkSettings?.Networks ?? {});
      return first?.IPAddress || undefined;
    },
    async signal(containers, name) {
      const send = (one: string) => api.ask("POST", `/containers/${one}/kill?signal=${name}`);
      await Promise.allSettled(containers.map(send));
    },
    async remove(run, given) {
      const containers = given ?? (await labelled(api, `${LABEL}=${run}`)).map(({ Id }) => Id);
      await Promise.allSettled(containers.map((one) => api.ask("DELETE", `/containers/${one}?force=1&v=1`)));
      const networks = await api.ask<readonly Labelled[]>("GET", `/networks?${having(`${LABEL}=${run}`)}`);
      await Promise.allSettled(networks.map(({ Id }) => api.ask("DELETE", `/networks/${Id}`)));
    },
    removeDirectory: removeRunDirectory,
    runs: async () => [...new Set((await labelled(api, LABEL)).flatMap(({ Labels }) => Labels[LABEL] ?? []))],
  };
}

const yes = (): boolean => true;
const no = (): boolean => false;

interface Labelled {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
}

const labelled = (api: Api, label: string): Promise<readonly Labelled[]> =>
  api.ask("GET", `/containers/json?all=1&${having(label)}`);

const having = (label: string): string => `filters=${encodeURIComponent(JSON.stringify({ label: [label] }))}`;

async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

interface Container {
  readonly State?: { readonly Running?: boolean; readonly ExitCode?: number; readonly OOMKilled?: boolean };
  readonly NetworkSettings?: { readonly Networks?: Record<string, { readonly IPAddress?: string }> };
}

const inspect = (api: Api, container: string) => api.ask<Container>("GET", `/containers/${container}/json`);

/** Followed from before it starts, so that nothing is missed. */
async function start(api: Api, spec: ContainerSpec, run: string, away: Away): Promise<RunningContainer> {
  const container = `/containers/${spec.name}`;
  try {
    await api.ask("POST", `/containers/create?name=${spec.name}`, bodyOf(spec, run));
    const attached = await api.stream("POST", `${container}/attach?stream=1&stdout=1&stderr=1`);
    const over = exitOf(api, container, "next-exit");
    await api.ask("POST", `${container}/start`);
    return following(api, container, { attached, over, away });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Refused({ code: 1, stdout: "", stderr: error.message });
  }
}

interface Followed {
  readonly attached: AsyncIterable<Buffer>;
  readonly over: Promise<Exit>;
  readonly away: Away;
}

function following(api: Api, container: string, { attached, over, away }: Followed): RunningContainer {
  const onto = { stdout: new PassThrough(), stderr: new PassThrough() };
  const isLost = async () => {
    await parts.ended;
    const exit = await over;
    return exit === "engineGone" ? theRest(api, container, parts.told, onto, away) : exit;
  };
  const parts = parted(attached, onto);
  const ending = isLost();
  void ending.then(() => {
    onto.stdout.end();
    onto.stderr.end();
  });
  return { ...onto, ending: async () => wordsFor(api, container, await ending) };
}

type Exit = "exited" | "engineGone" | "removed";

const exitOf = (api: Api, container: string, condition: "next-exit" | "not-running"): Promise<Exit> =>
  api.ask("POST", `${container}/wait?condition=${condition}`).then(
    () => "exited",
    (error: unknown) => (error instanceof ApiError && error.status === 404 ? "removed" : "engineGone"),
  );

/** The engine has gone away: containers may outlive it, and it keeps what they say meanwhile. */
async function theRest(api: Api, container: string, told: Told, onto: Onto, away: Away): Promise<Exit> {
  while (await away.isBack()) {
    const log = await api
      .stream("GET", `${container}/logs?follow=1&stdout=1&stderr=1`)
      .catch(() => undefined);
    if (log === undefined) continue;
    const parts = parted(log, onto, told);
    await parts.ended;
    Object.assign(told, later(told, parts.told));
    const exit = await exitOf(api, container, "not-running");
    if (exit !== "engineGone") return exit;
  }
  return "engineGone";
}

const later = (one: Told, other: Told): Told => ({
  stdout: Math.max(one.stdout, other.stdout),
  stderr: Math.max(one.stderr, other.stderr),
});

async function wordsFor(api: Api, container: string, exit: Exit): Promise<string> {
  if (exit === "engineGone") return "docker went away before it could report";
  const state = (await inspect(api, container).catch(() => undefined))?.State;
  if (state === undefined) return "its container was removed before it could report";
  if (state.OOMKilled === true) return "its container was killed: it needed more memory than its limit";
  return `its container ended without a record, exit code ${state.ExitCode}`;
}

async function exec(
  api: Api,
  container: string,
  argv: readonly string[],
  milliseconds: number,
): Promise<number | undefined> {
  const { Id } = await api.ask<{ Id: string }>("POST", `/containers/${container}/exec`, {
    Cmd: argv,
    AttachStdout: true,
    AttachStderr: true,
  });
  const output = await api.stream("POST", `/exec/${Id}/start`, { Detach: false, Tty: false });
  const timer = setTimeout(() => output.destroy(), milliseconds);
  await finished(output.resume()).catch(() => undefined);
  clearTimeout(timer);
  const { Running, ExitCode } = await api.ask<{ Running: boolean; ExitCode: number }>(
    "GET",
    `/exec/${Id}/json`,
  );
  return Running ? undefined : ExitCode;
}

function bodyOf({ image, argv, environment, mounts, network, ports, rights }: ContainerSpec, run: string) {
  const [entrypoint, ...args] = argv;
  return {
    Image: image,
    Entrypoint: [entrypoint],
    Cmd: args,
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: { [LABEL]: run },
    Healthcheck: { Test: ["NONE"] },
    ...(rights.user === undefined ? {} : { User: rights.user }),
    ...(ports.length === 0
      ? {}
      : { ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])) }),
    HostConfig: {
      ...mountsOf(mounts),
      ...(network === undefined ? {} : { NetworkMode: network }),
      ...(ports.length === 0 ? {} : { PortBindings: Object.fromEntries(ports.map(binding)) }),
      ...(rights.group_add === undefined ? {} : { GroupAdd: rights.group_add }),
      ...(rights.privileged === true ? { Privileged: true } : {}),
      ...(rights.read_only === true ? { ReadonlyRootfs: true } : {}),
      ...(rights.cap_drop === undefined ? {} : { CapDrop: rights.cap_drop }),
      ...(rights.cap_add === undefined ? {} : { CapAdd: rights.cap_add }),
      ...(rights.security_opt === undefined ? {} : { SecurityOpt: rights.security_opt }),
      ...(rights.cpus === undefined ? {} : { NanoCpus: Math.round(rights.cpus * 1e9) }),
      ...(rights.mem_limit === undefined ? {} : { Memory: rights.mem_limit }),
    },
  };
}

const portKey = ({ target, protocol }: Port): string => `${target}/${protocol}`;

const binding = (port: Port) =>
  [portKey(port), [{ HostIp: port.hostIp ?? "", HostPort: port.published }]] as const;

/** Only the older form knows labels, and it cannot name a path with a colon; without SELinux there are none to give. */
const mountsOf = (mounts: readonly Bind[]) =>
  hasSelinux()
    ? {
        Binds: mounts.map(
          ({ source, path, readOnly, own }) =>
            `${source}:${path}:${readOnly ? "ro" : "rw"}${own ? ",z" : ""}`,
        ),
      }
    : {
        Mounts: mounts.map(({ source, path, readOnly }) => ({
          Type: "bind",
          Source: source,
          Target: path,
          ReadOnly: readOnly,
        })),
      };

const hasSelinux = (): boolean => existsSync("/sys/fs/selinux/enforce");
