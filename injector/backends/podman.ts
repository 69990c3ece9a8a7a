// Runs a plan as a pod that podman plays.

import type { Runner } from "../backend.ts";
import { UserError } from "../diagnostic.ts";
import { printDocuments } from "../print.ts";
import { call, type Engine, lastWords } from "./containers/engine.ts";
import { type ContainerOptions, containerRunner } from "./containers/run.ts";
import { podman as renderer } from "./kubernetes/podman.ts";

export const podmanRunner = (options: ContainerOptions = {}): Runner => containerRunner(engine, options);

// --- Internal helpers ---

const podman = (words: readonly string[], input?: string) =>
  call("podman", words, input === undefined ? {} : { input });

const engine: Engine = {
  name: "podman",
  start({ name, plan, entrypointImage, network }) {
    const yaml = printDocuments(renderer.render([{ ...plan, name }], { entrypointImage, driven: true }));
    return podman(["kube", "play", ...(network === undefined ? [] : ["--network", network]), "-"], yaml);
  },
  container: ({ name }, id) => `${name}-${id}`,
  async remove({ name }) {
    await podman(["pod", "rm", "--force", "--time", "0", name]);
    const { stdout } = await podman(["volume", "ls", "--quiet", "--filter", `name=^${name}-`]);
    const volumes = stdout.split("\n").filter((volume) => volume.startsWith(`${name}-`));
    if (volumes.length > 0) await podman(["volume", "rm", "--force", ...volumes]);
  },
  async projects() {
    const listed = await podman(["pod", "ps", "--format", "{{.Name}}"]);
    if (listed.code !== 0) throw notRunning(lastWords(listed));
    return listed.stdout.split("\n");
  },
};

const notRunning = (words: string): UserError =>
  new UserError([
    {
      code: "engine-not-running",
      message: `podman does not work here: ${words}`,
      severity: "error",
      cure: "see what `podman info` says, or run with --on local",
    },
  ]);
