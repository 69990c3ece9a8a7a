// The ways to run the example: its Pipeline as one pod, or its Tasks one after the other in pods of their own.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Measured, measure, runFiles, type Source, sources, together } from "./example-runs.ts";
import { paramsOf, type Results, STAGES, type TaskPod } from "./example-tasks.ts";

/** Once, so that nobody's first run pays for them. */
export function loadImages(): void {
  for (const name of ["git", "gcc", "buildah", "skopeo"])
    podman(["load", "--input", `build/example/images/${name}.tar`]);
}

export const fused = (image: string): Promise<Measured> => runPipeline(sources(), image);

/** The same, with an order between Tasks that only read. */
export function readersInSequence(image: string): Promise<Measured> {
  const inSequence = (text: string) =>
    text
      .replace("- name: test\n      runAfter: [clone]", "- name: test\n      runAfter: [lint]")
      .replace("- name: build\n      taskRef", "- name: build\n      runAfter: [test]\n      taskRef");
  return runPipeline(
    sources().map(({ path, text }) => ({ path, text: inSequence(text) })),
    image,
  );
}

/** Each pod mounts the volumes of the others; on one node that costs nothing. */
export async function taskPods(image: string): Promise<Measured> {
  const results: Results = new Map();
  const stages: Measured[] = [];
  for (const pods of STAGES) stages.push(await runPods(pods, image, results, (_, volume) => shared(volume)));
  podman(["volume", "rm", shared("source"), shared("image")]);
  return together(stages);
}

/** Each pod has volumes of its own: what another left in its own is packed there and unpacked here. */
export async function taskPodsWithCopies(image: string): Promise<Measured> {
  const results: Results = new Map();
  const archives = mkdtempSync(join(tmpdir(), "bench-example-"));
  const stages: Measured[] = [];
  for (const pods of STAGES) {
    const copiedIn = timed(() => {
      for (const pod of pods) unpack(pod, archives);
    });
    const ran = await runPods(pods, image, results, own);
    const copiedOut = timed(() => {
      for (const pod of pods) pack(pod, archives);
    });
    stages.push(together([copiedIn, ran, copiedOut]));
    for (const pod of pods) for (const volume of volumesOf(pod)) podman(["volume", "rm", own(pod, volume)]);
  }
  rmSync(archives, { recursive: true });
  return together(stages);
}

async function runPipeline(files: readonly Source[], image: string): Promise<Measured> {
  const params = paramsOf(image, new Map())["Pipeline/git-build-push"] ?? {};
  return measure([await runFiles(files, "Pipeline/git-build-push", params, ["name=data,emptyDir="])]);
}

/** Side by side, as Tekton starts Tasks that do not wait for each other. */
async function runPods(
  pods: readonly TaskPod[],
  image: string,
  results: Results,
  volumeOf: (pod: TaskPod, volume: string) => string,
): Promise<Measured> {
  const params = paramsOf(image, results);
  const records = await Promise.all(
    pods.map((pod) => {
      const workspaces = Object.entries(pod.workspaces).map(
        ([name, volume]) => `name=${name},claimName=${volumeOf(pod, volume)}`,
      );
      return runFiles(sources(), pod.task, params[pod.task] ?? {}, workspaces);
    }),
  );
  for (const record of records)
    for (const { name, value } of record.results) results.set(name, String(value));
  return measure(records);
}

const volumesOf = ({ workspaces }: TaskPod): readonly string[] => Object.values(workspaces);

const shared = (volume: string): string => `bench-${process.pid}-${volume}`;

const own = ({ task }: TaskPod, volume: string): string => shared(`${task.replace("Task/", "")}-${volume}`);

function unpack(pod: TaskPod, archives: string): void {
  for (const volume of volumesOf(pod)) {
    podman(["volume", "create", own(pod, volume)]);
    const archive = join(archives, `${volume}.tar`);
    if (existsSync(archive)) podman(["volume", "import", own(pod, volume), archive]);
  }
}

function pack(pod: TaskPod, archives: string): void {
  const { writes } = pod;
  if (writes === undefined) return;
  podman(["volume", "export", "--output", join(archives, `${writes}.tar`), own(pod, writes)]);
}

function timed(work: () => void): Measured {
  const from = Date.now();
  work();
  const time = Date.now() - from;
  return { time, idle: time, pods: 0 };
}

function podman(words: readonly string[]): void {
  const { status, stderr } = spawnSync("podman", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`podman ${words.join(" ")}: ${stderr}`);
}
