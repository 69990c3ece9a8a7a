// Containers of docker, by its API. Their output is followed as it comes; where the engine goes away meanwhile, the rest is
// read from the log that it keeps.

import { existsSync } from "node:fs";
import { release } from "node:os";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { removeTree } from "../../../beneath/remove.ts";
import { takeInfo } from "../early.ts";
import { type InspectedImage, lookOf } from "../images.ts";
import { type Away, waiting } from "../revive.ts";
import { type Api, ApiError, askInfo, dockerApi, dockerSocket } from "./docker-api.ts";
import {
  type Driver,
  keptIn,
  LABEL,
  lossWords,
  Refused,
  type RunningContainer,
  removedWords,
  type VolumeInspected,
} from "./driver.ts";
import { type Onto, parted, type Told } from "./multiplexed.ts";
import type { Bind, ContainerSpec, Port } from "./spec.ts";

/** Undefined where nobody answers there, or who does is on another machine, in a virtual one, or with users of its own. */
export async function dockerHere(): Promise<Driver | undefined> {
  const socket = dockerSocket();
  if (socket === undefined) return undefined;
  const api = dockerApi(socket);
  const info = (await takeInfo()) ?? (await askInfo().catch(() => undefined));
  return info !== undefined && isThisMachine(info as Info) ? driverOf(api) : undefined;
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
  const networks = new Set<string>();
  return {
    name: "docker",
    look: (image) => ifThere(api.ask<InspectedImage>("GET", `/images/${image}/json`).then(lookOf)),
    async network(run) {
      const name = `${run}-network`;
      networks.add(run);
      await api.ask("POST", "/networks/create", { Name: name, Labels: { [LABEL]: run } });
      return name;
    },
    volume: async (name) => keptIn(await ifThere(api.ask<VolumeInspected>("GET", `/volumes/${name}`))),
    start: (spec, { run, notice }) => {
      const doesAnswer = () => api.ask("GET", "/containers/json?limit=1").then(yes, no);
      away ??= waiting(doesAnswer, () => notice("docker does not answer: waiting for it"));
      return start(api, spec, run, away);
    },
    exec: (container, argv, milliseconds) => exec(api, container, argv, milliseconds),
    reachesPorts: true,
    async address(container) {
      const { NetworkSettings } = await api.ask<Container>("GET", `/containers/${container}/json`);
      const [first] = Object.values(NetworkSettings?.Networks ?? {});
      return first?.IPAddress || undefined;
    },
    async signal(containers, name) {
      const send = (one: string) => api.ask("POST", `/containers/${one}/kill?signal=${name}`);
      await Promise.allSettled(containers.map(send));
    },
    remove: async (run, given) => {
      const hasNetworks = given === undefined || networks.has(run);
      while (!(await removed(api, run, given, hasNetworks)) && (await away?.isBack()));
    },
    removeDirectory: removeTree,
    runs: async () => [...new Set((await labelled(api, LABEL)).flatMap(({ Labels }) => Labels[LABEL] ?? []))],
  };
}

const yes = (): boolean => true;
const no = (): boolean => false;

/** False where the engine has gone away meanwhile. */
async function removed(
  api: Api,
  run: string,
  given: readonly string[] | undefined,
  hasNetworks: boolean,
): Promise<boolean> {
  const ofRun = `${LABEL}=${run}`;
  const all = async (paths: readonly string[]) => {
    const ended = await Promise.allSettled(paths.map((path) => api.ask("DELETE", path)));
    return ended.every((one) => one.status === "fulfilled" || !isGone(one.reason));
  };
  try {
    const containers = given ?? (await labelled(api, ofRun)).map(({ Id }) => Id);
    const networks = async () =>
      hasNetworks ? api.ask<readonly Labelled[]>("GET", `/networks?${having(ofRun)}`) : [];
    return (
      (await all(containers.map((one) => `/containers/${one}?force=1&v=1`))) &&
      (await all((await networks()).map(({ Id }) => `/networks/${Id}`)))
    );
  } catch (error) {
    return !isGone(error);
  }
}

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 0;

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

/** Followed from before it starts, so that nothing is missed. */
async function start(api: Api, spec: ContainerSpec, run: string, away: Away): Promise<RunningContainer> {
  const container = `/containers/${spec.name}`;
  try {
    await api.ask("POST", `/containers/create?name=${spec.name}`, bodyOf(spec, run));
    const attached = await api.stream("POST", `${container}/attach?stream=1&stdout=1&stderr=1`);
    const over = exitOf(api, container, "next-exit");
    await api.ask("POST", `${container}/start`);
    return following(api, spec, { attached, over, away });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Refused(spec.id, error.message);
  }
}

interface Followed {
  readonly attached: AsyncIterable<Buffer>;
  readonly over: Promise<Exit>;
  readonly away: Away;
}

function following(api: Api, spec: ContainerSpec, { attached, over, away }: Followed): RunningContainer {
  const onto = { stdout: new PassThrough(), stderr: new PassThrough() };
  const isLost = async () => {
    await parts.ended;
    const exit = await over;
    return exit === "engineGone" ? theRest(api, `/containers/${spec.name}`, parts.told, onto, away) : exit;
  };
  const parts = parted(attached, onto);
  const ending = isLost();
  void ending.then(() => {
    onto.stdout.end();
    onto.stderr.end();
  });
  return { ...onto, ending: async () => endingFor(api, spec, await ending) };
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

async function endingFor(api: Api, { id, name }: ContainerSpec, exit: Exit) {
  if (exit === "engineGone") return { words: "docker went away before it could report" };
  const state = (await api.ask<Container>("GET", `/containers/${name}/json`).catch(() => undefined))?.State;
  if (state === undefined) return { words: removedWords(id) };
  const { ExitCode: exitCode = 1, OOMKilled = false } = state;
  return { words: lossWords(id, exitCode, OOMKilled), exitCode };
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
