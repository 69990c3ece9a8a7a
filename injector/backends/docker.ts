// Runs a plan as a project of docker compose.

import { UserError } from "../diagnostics/diagnostic.ts";
import { defined } from "../documents/defined.ts";
import { printDocuments } from "../documents/print.ts";
import type { Plan } from "../plan/model/plan.ts";
import type { Runner } from "./backend.ts";
import { compose as renderer } from "./compose/index.ts";
import { isLayout } from "./compose/services.ts";
import { call, inOrder } from "./containers/call.ts";
import type { Engine, Project } from "./containers/engine.ts";
import { dockerHere } from "./containers/here/docker.ts";
import { isSaidElsewhere } from "./containers/here/elsewhere.ts";
import { silent } from "./containers/refused.ts";
import { type ContainerOptions, containerRunner } from "./containers/run.ts";

export const dockerRunner = (options: ContainerOptions = {}): Runner => containerRunner(engine, options);

const engine: Engine = {
  name: "docker",
  here: async () => (isSaidElsewhere() ? undefined : dockerHere()),
  /** The layout first, then all others at once: compose by itself looks only twice a second whether it is made. */
  async start(project, signal) {
    const { services, yaml } = rendered(project);
    const layouts = services.filter(isLayout).map((name) => engine.container(project, name));
    const compose = (...words: readonly string[]) =>
      call("docker", ["compose", "--file", "-", ...words], { input: yaml, signal });
    await refuseOld(project.plan);
    const started = await inOrder([
      ...claimsOf(project).map((claim) => () => call("docker", ["volume", "create", claim], { signal })),
      () => compose("up", "--no-start", "--quiet-pull"),
      ...layouts.map((name) => () => call("docker", ["start", "--attach", name], { signal })),
      () => compose("start", ...services.filter((name) => !isLayout(name))),
    ]);
    if (started.code !== 0 && /not a docker command|unknown flag/.test(started.stderr)) throw noCompose();
    return started;
  },
  container: ({ name }, id) => `${name}-${id}-1`,
  async remove(name) {
    const ofProject = ["--quiet", "--filter", `label=com.docker.compose.project=${name}`];
    await removeAll(["container", "ls", "--all", ...ofProject], ["container", "rm", "--force", "--volumes"]);
    await Promise.all([
      removeAll(["volume", "ls", ...ofProject], ["volume", "rm", "--force"]),
      removeAll(["network", "ls", ...ofProject], ["network", "rm"]),
    ]);
  },
  async projects() {
    const listed = await call("docker", ["container", "ls", "--all", "--format", PROJECT]);
    if (listed.code !== 0) throw silent("docker", listed);
    return [...new Set(listed.stdout.split("\n"))];
  },
};

/** Before version 26 a subPath is ignored, and every Task would get the whole volume. */
async function refuseOld({ steps, sidecars, volumes }: Plan): Promise<void> {
  const isClaim = (name: string) => volumes.some((one) => one.name === name && one.source.kind === "claim");
  const mounts = [...steps, ...sidecars].flatMap(({ mounts }) => mounts);
  const mount = mounts.find(({ volume, subPath }) => subPath !== undefined && isClaim(volume));
  if (mount === undefined) return;
  const { stdout } = await call("docker", ["version", "--format", "{{.Server.Version}}"]);
  if (Number(stdout.split(".")[0]) >= 26) return;
  throw new UserError([
    {
      code: "volume-not-portable",
      message: `docker ${stdout.trim()} cannot mount ${mount.subPath} of a claim by itself: engines before 26 mount whole volumes`,
      severity: "error",
      cure: "use docker 26 or later, run with --on podman, or bind the workspace without subPath",
    },
  ]);
}

const PROJECT = '{{.Label "com.docker.compose.project"}}';

function rendered({ name, plan, entrypointImage, network }: Project) {
  const options = { entrypointImage, driven: true, ...defined({ network }) };
  const documents = renderer.render([{ ...plan, name }], options);
  const services = documents.flatMap((document) => Object.keys(document["services"] ?? {}));
  return { services, yaml: printDocuments(documents) };
}

/** Volumes that are kept between runs: one that is there already stays as it is. */
const claimsOf = ({ plan }: Project): readonly string[] =>
  plan.volumes.flatMap(({ source }) => (source.kind === "claim" ? [source.claim] : []));

async function removeAll(list: readonly string[], remove: readonly string[]): Promise<void> {
  const { stdout } = await call("docker", list);
  const names = stdout.split("\n").filter((name) => name !== "");
  if (names.length > 0) await call("docker", [...remove, ...names]);
}

const noCompose = (): UserError =>
  new UserError([
    {
      code: "engine-missing",
      message: "this docker has no compose plugin of version 2",
      severity: "error",
      cure: "install docker-compose-plugin, or run with --on podman",
    },
  ]);
