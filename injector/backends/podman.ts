// Runs a plan as a pod that podman plays.

import { setTimeout } from "node:timers/promises";
import { printDocuments } from "../documents/print.ts";
import type { PlannedSidecar } from "../plan/model/plan.ts";
import type { Runner } from "./backend.ts";
import { COLLECTOR } from "./collector.ts";
import { type Called, type CallOptions, call, inOrder } from "./containers/call.ts";
import type { Engine, Project } from "./containers/engine.ts";
import { isSaidElsewhere } from "./containers/here/elsewhere.ts";
import { podmanHere } from "./containers/here/podman.ts";
import { silent } from "./containers/refused.ts";
import { type ContainerOptions, containerRunner } from "./containers/run.ts";
import { untilReady } from "./host/ready.ts";
import { podman as renderer } from "./kubernetes/podman.ts";

export const podmanRunner = (options: ContainerOptions = {}): Runner => containerRunner(engine, options);

const podman = (words: readonly string[], options: CallOptions = {}) => call("podman", words, options);

const engine: Engine = {
  name: "podman",
  here: async () => (isElsewhere() ? undefined : podmanHere()),
  /** The layout first, then all others in their order: podman by itself starts one at a time, in any order. */
  start(project, signal) {
    const { layouts, yaml } = rendered(project);
    const { sidecars, steps } = project.plan;
    const first = [COLLECTOR, ...sidecars.map(({ id }) => id)];
    const network = project.network === undefined ? [] : ["--network", project.network];
    const names = (ids: readonly string[]) => ids.map((id) => engine.container(project, id));
    return inOrder([
      () =>
        podman(["kube", "play", "--start=false", "--log-driver=k8s-file", ...network, "-"], {
          input: yaml,
          signal,
        }),
      ...names(layouts).map((name) => () => podman(["start", "--attach", name], { signal })),
      () => startAll(names(first), signal),
      () => whenReady(project, signal),
      () => startAll(names(steps.map(({ id }) => id)), signal),
    ]);
  },
  container: ({ name }, id) => `${name}-${id}`,
  async remove(name) {
    const [{ stdout }] = await Promise.all([
      podman(["volume", "ls", "--quiet", "--filter", `name=^${name}-`]),
      removePod(name),
    ]);
    const volumes = stdout.split("\n").filter((volume) => volume.startsWith(`${name}-`));
    if (volumes.length > 0) await podman(["volume", "rm", "--force", ...volumes]);
  },
  async projects() {
    const listed = await podman(["pod", "ps", "--format", "{{.Name}}"]);
    if (listed.code !== 0) throw silent("podman", listed);
    return listed.stdout.split("\n");
  },
};

/** A container that podman is still starting, killing or cleaning up after at that moment keeps its pod from being removed. */
async function removePod(name: string): Promise<void> {
  for (let asked = 0; asked < ASKED_AT_MOST; asked++) {
    const { code } = await podman(["pod", "rm", "--force", "--ignore", "--time", "0", name]);
    if (code === 0) return;
    await setTimeout(PAUSE_MS);
  }
}

const ASKED_AT_MOST = 5;
const PAUSE_MS = 200;

/** Another machine's, or a virtual one's, has other directories. */
const isElsewhere = (): boolean =>
  process.platform !== "linux" ||
  isSaidElsewhere() ||
  ["CONTAINER_HOST", "CONTAINER_CONNECTION"].some((name) => process.env[name]);

/** How many containers podman is asked to start at the same time. */
const LANES = 4;

/** Sidecars are asked in their containers: their network may be another machine's. */
async function whenReady(project: Project, signal: AbortSignal | undefined): Promise<Called> {
  const exec = async ({ id }: PlannedSidecar, argv: readonly string[], milliseconds: number) => {
    const words = ["exec", engine.container(project, id), ...argv];
    return (await podman(words, { signal: AbortSignal.timeout(milliseconds) })).code;
  };
  const prober = { exec, address: async () => undefined };
  await untilReady(project.plan, prober, () => signal?.aborted === true);
  return DONE;
}

const DONE: Called = { code: 0, stdout: "", stderr: "" };

/** As they come: each lane takes every fourth. */
async function startAll(names: readonly string[], signal: AbortSignal | undefined): Promise<Called> {
  const lanes = Array.from({ length: LANES }, (_, lane) => names.filter((_, at) => at % LANES === lane));
  const started = await Promise.all(
    lanes.filter((lane) => lane.length > 0).map((lane) => podman(["start", ...lane], { signal })),
  );
  return started.find(({ code }) => code !== 0) ?? DONE;
}

function rendered({ name, plan, entrypointImage }: Project) {
  const documents = renderer.render([{ ...plan, name }], { entrypointImage, driven: true });
  const specs = documents.flatMap(({ spec }) => (spec === undefined ? [] : (spec as PodSpec)));
  const layouts = specs.flatMap(({ initContainers }) => initContainers.map(({ name }) => name));
  return { layouts, yaml: printDocuments(documents) };
}

interface PodSpec {
  readonly initContainers: readonly { readonly name: string }[];
}
