// The ways to run a chain of trivial steps in containers, all steps with one folder in common. The end of a step is what
// the engine wrote down, so that how one learns of it costs nobody anything.

import type { Engine } from "../test/e2e/_engines.ts";
import { baton, compiled, TEKTON_IMAGE, tektonArchive } from "./chains.ts";
import type { Way } from "./compare.ts";
import { IMAGE, initPod, orderedProject, STEP, task, tektonPod } from "./manifests.ts";

const AS_FAST = { lengths: [1], words: "1.15x at most", inverse: true };
const BY_HAND = { lengths: [1, 20], words: "1.1x at most", inverse: true };

export function podmanWays(podman: Engine, tekton: string | undefined): readonly Way[] {
  const ways: Way[] = [
    { name: "`baton run --on podman`", run: (length) => batonRun(podman, length, "podman") },
    {
      name: "Baton's manifest",
      bar: BY_HAND,
      run: (length) => play(podman, compiled(task(length), "podman"), "chain-result"),
    },
    { name: "`podman run`", lengths: [1], bar: AS_FAST, run: () => plainRun(podman, "host") },
    {
      name: "init containers",
      bar: { lengths: [20], words: "3x at least" },
      run: (length) => play(podman, initPod(length), "chain-last"),
    },
    { name: "one pod per step", run: (length) => podPerStep(podman, length) },
  ];
  if (tekton === undefined) return ways;
  must(podman, ["load"], tektonArchive(tekton));
  return [
    ...ways,
    {
      name: "Tekton's entrypoint",
      run: (length) => play(podman, tektonPod(length, TEKTON_IMAGE), "chain-last"),
    },
  ];
}

export const composeWays = (docker: Engine): readonly Way[] => [
  { name: "`baton run --on docker`", run: (length) => batonRun(docker, length, "docker") },
  {
    name: "Baton's manifest",
    bar: BY_HAND,
    run: (length) => compose(docker, compiled(task(length), "compose", "--network", "none"), "result"),
  },
  { name: "`docker run`", lengths: [1], bar: AS_FAST, run: () => plainRun(docker, "none") },
  {
    name: "`service_completed_successfully`",
    bar: { lengths: [20], words: "5x at least" },
    run: (length) => compose(docker, orderedProject(length), "last"),
  },
];

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

/** What a step costs without Baton: to its very end, with all cleared away. */
function plainRun(engine: Engine, network: string): number {
  const from = Date.now();
  must(engine, ["run", "--rm", "--network", network, "--volume", "data:/workspace/data", IMAGE, ...STEP]);
  const took = Date.now() - from;
  must(engine, ["volume", "rm", "data"]);
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

/** When the container ended, which it did with 0, in milliseconds of the clock. */
function ended(engine: Engine, container: string): number {
  const code = must(engine, ["wait", container]).trim();
  if (code !== "0") throw new Error(`${container} ended with ${code}`);
  return Date.parse(
    JSON.parse(must(engine, ["inspect", "--format", "{{json .State.FinishedAt}}", container])),
  );
}

function must(engine: Engine, words: readonly string[], input?: string | Uint8Array): string {
  const { code, stdout, stderr } = engine.run(words, input);
  if (code !== 0) throw new Error(`${words.join(" ")}: exit code ${code}: ${stderr}`);
  return stdout;
}
