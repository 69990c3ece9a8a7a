// The ways to run a chain of trivial steps in containers, all steps with one folder in common. The end of a step is what
// the engine wrote down, so that how one learns of it costs nobody anything.

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Engine, IMAGES } from "../test/e2e/_engines.ts";
import { IMAGE, initPod, orderedProject, STEP, task, tektonPod } from "./manifests.ts";

export interface Way {
  readonly name: string;
  /** Runs a chain of so many steps; milliseconds from the command to the end of the last step. */
  readonly run: (length: number) => number;
}

export function podmanWays(podman: Engine, tekton: string | undefined): readonly Way[] {
  const ways: Way[] = [
    { name: "Baton", run: (length) => play(podman, compiled(length, "podman"), "chain-result") },
    { name: "`baton run --on podman`", run: (length) => batonRun(podman, length, "podman") },
    { name: "init containers", run: (length) => play(podman, initPod(length), "chain-last") },
    { name: "one pod per step", run: (length) => podPerStep(podman, length) },
  ];
  if (tekton === undefined) return ways;
  const image = tektonImage(podman, tekton);
  return [
    ...ways,
    { name: "Tekton's entrypoint", run: (length) => play(podman, tektonPod(length, image), "chain-last") },
  ];
}

export const composeWays = (docker: Engine): readonly Way[] => [
  {
    name: "Baton",
    run: (length) => compose(docker, compiled(length, "compose", "--network", "none"), "result"),
  },
  { name: "`baton run --on docker`", run: (length) => batonRun(docker, length, "docker") },
  {
    name: "`service_completed_successfully`",
    run: (length) => compose(docker, orderedProject(length), "last"),
  },
];

// --- Internal helpers ---

const TEKTON_IMAGE = "localhost/tekton/entrypoint:bench";

function play(podman: Engine, manifest: string, last: string): number {
  const from = Date.now();
  must(podman, ["kube", "play", "--network", "host", "-"], manifest);
  const took = ended(podman, last) - from;
  must(podman, ["pod", "rm", "--all", "--force", "--time", "0"]);
  must(podman, ["volume", "rm", "--all", "--force"]);
  return took;
}

function compose(docker: Engine, manifest: string, last: string): number {
  const from = Date.now();
  must(docker, ["compose", "--file", "-", "up", "--detach"], manifest);
  const took = ended(docker, `chain-${last}-1`) - from;
  must(docker, ["compose", "--file", "-", "down", "--volumes", "--timeout", "0"], manifest);
  return took;
}

function podPerStep(podman: Engine, length: number): number {
  const from = Date.now();
  const names = Array.from({ length }, (_, at) => `step-${at}`);
  for (const name of names)
    must(podman, [
      ...["run", "--name", name, "--pod", `new:pod-${name}`, "--network", "host"],
      ...["--volume", "data:/workspace/data", IMAGE, ...STEP],
    ]);
  const took = ended(podman, names.at(-1) ?? "") - from;
  must(podman, ["pod", "rm", "--all", "--force", "--time", "0"]);
  must(podman, ["volume", "rm", "--all", "--force"]);
  return took;
}

/** To its very end: with the report, and with all cleared away. */
function batonRun(engine: Engine, length: number, on: string): number {
  const network = on === "podman" ? "host" : "none";
  const words = ["run", "-", "--on", on, "--network", network, "-w", "name=data,emptyDir="];
  const from = Date.now();
  baton(words, task(length), engine.environment);
  return Date.now() - from;
}

const compiled = (length: number, to: string, ...more: readonly string[]): string => {
  const words = ["compile", "-", "--to", to, "-w", "name=data,emptyDir=", ...more];
  return baton([...words, "--entrypoint-image", IMAGES.entrypoint], task(length));
};

function baton(words: readonly string[], input: string, environment = {}): string {
  const env = { ...process.env, ...environment };
  const argv = [resolve("dist/cli.mjs"), ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { env, input, encoding: "utf8" });
  if (status !== 0) throw new Error(`baton ${words.join(" ")}: exit code ${status}: ${stderr}`);
  return stdout;
}

/** When the container ended, which it did with 0, in milliseconds of the clock. */
function ended(engine: Engine, container: string): number {
  const code = must(engine, ["wait", container]).trim();
  if (code !== "0") throw new Error(`${container} ended with ${code}`);
  return Date.parse(
    JSON.parse(must(engine, ["inspect", "--format", "{{json .State.FinishedAt}}", container])),
  );
}

/** The binary at Tekton's own place, and nothing else: it has to be static (CGO_ENABLED=0). */
function tektonImage(engine: Engine, binary: string): string {
  const folder = mkdtempSync(join(tmpdir(), "bench-image-"));
  mkdirSync(join(folder, "ko-app"));
  copyFileSync(binary, join(folder, "ko-app/entrypoint"));
  spawnSync("tar", ["-C", folder, "-cf", join(folder, "image.tar"), "ko-app"]);
  must(engine, ["import", join(folder, "image.tar"), TEKTON_IMAGE]);
  rmSync(folder, { recursive: true });
  return TEKTON_IMAGE;
}

function must(engine: Engine, words: readonly string[], input?: string): string {
  const { code, stdout, stderr } = engine.run(words, input);
  if (code !== 0) throw new Error(`${words.join(" ")}: exit code ${code}: ${stderr}`);
  return stdout;
}
