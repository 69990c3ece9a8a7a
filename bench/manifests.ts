// What is played: the chain as a Task, and the same chain without Baton. JSON is YAML, too.

import { IMAGES } from "../test/e2e/_engines.ts";

export const IMAGE = IMAGES.busybox;
export const STEP: readonly string[] = ["/bin/busybox", "true"];

export const task = (length: number, step = STEP): string =>
  JSON.stringify({
    apiVersion: "tekton.dev/v1",
    kind: "Task",
    metadata: { name: "chain" },
    spec: {
      workspaces: [{ name: "data" }],
      steps: each(length, (at) => ({ name: `s${at}`, image: IMAGE, command: step })),
    },
  });

/** The kubelet's own order: all but the last step are init containers. */
export function initPod(length: number, step = STEP): string {
  const steps = each(length, (at) => ({
    name: at === length - 1 ? "last" : `s${at}`,
    image: IMAGE,
    command: step,
    volumeMounts: [DATA_MOUNT],
  }));
  return pod(steps.slice(0, -1), steps.slice(-1), ["data"]);
}

/** Less than what Tekton's controller makes: no scripts, results, home, and one volume for all run directories. */
export function tektonPod(length: number, image: string, step = STEP): string {
  const binary = "/tekton/bin/entrypoint";
  const internal = [
    { name: "bin", mountPath: "/tekton/bin" },
    { name: "run", mountPath: "/tekton/run" },
    { name: "steps", mountPath: "/tekton/steps" },
  ];
  const names = each(length, (at) => `step-s${at}`);
  const prepare = {
    name: "prepare",
    image,
    command: ["/ko-app/entrypoint"],
    args: ["init", "/ko-app/entrypoint", binary, ...names],
    volumeMounts: internal,
  };
  const steps = each(length, (at) => ({
    name: at === length - 1 ? "last" : `s${at}`,
    image: IMAGE,
    command: [binary],
    args: [
      ...(at === 0 ? [] : ["-wait_file", `/tekton/run/${at - 1}/out`]),
      ...["-post_file", `/tekton/run/${at}/out`, "-termination_path", "/tekton/termination"],
      ...["-step_metadata_dir", `/tekton/run/${at}/status`],
      ...["-entrypoint", step[0], "--", ...step.slice(1)],
    ],
    volumeMounts: [...internal, DATA_MOUNT],
  }));
  return pod([prepare], steps, ["data", "bin", "run", "steps"]);
}

/** Compose's own order. */
export const orderedProject = (length: number): string =>
  JSON.stringify({
    name: "chain",
    services: Object.fromEntries(
      each(length, (at) => [
        serviceName(at, length),
        {
          image: IMAGE,
          command: STEP,
          network_mode: "none",
          volumes: ["data:/workspace/data"],
          ...(at === 0 ? {} : { depends_on: { [serviceName(at - 1, length)]: COMPLETED } }),
        },
      ]),
    ),
    volumes: { data: {} },
  });

const COMPLETED = { condition: "service_completed_successfully" };
const DATA_MOUNT = { name: "data", mountPath: "/workspace/data" };

const serviceName = (at: number, length: number): string => (at === length - 1 ? "last" : `s${at}`);

const each = <T>(length: number, one: (at: number) => T): T[] => Array.from({ length }, (_, at) => one(at));

const pod = (initContainers: readonly object[], containers: readonly object[], volumes: readonly string[]) =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "chain" },
    spec: {
      restartPolicy: "Never",
      initContainers,
      containers,
      volumes: volumes.map((name) => ({ name, emptyDir: {} })),
    },
  });
