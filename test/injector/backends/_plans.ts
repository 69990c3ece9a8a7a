// Plans made by hand, in the shape that `plan` gives them: one volume for each kind of private directory, a directory
// in it for each step or Task.

import {
  BIN_DIR,
  HOME_DIR,
  metadataDir,
  PROTOCOL_VERSION,
  postFile,
  RESULTS_DIR,
  RUN_DIR,
  runDir,
  SCRIPTS_DIR,
  STEPS_DIR,
  TERMINATION_FILE,
  WORKSPACE,
} from "../../../entrypoint/protocol/index.ts";
import type { EnvironmentVariable, Mount, Plan, PlannedStep } from "../../../injector/plan/model/plan.ts";

export const volume = (kind: string): string => `tekton-internal-${kind}`;
const made = (kind: string): string => `/tekton/volumes/${volume(kind)}`;

export interface StepOf {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly script?: string;
  readonly container?: Readonly<Record<string, unknown>>;
  readonly mounts?: readonly Mount[];
  readonly results?: readonly string[];
}

/** One Task whose steps run one after the other. */
export function chain(name: string, steps: readonly StepOf[], over: Partial<Plan> = {}): Plan {
  const scripts = steps.flatMap(({ script }, index) => (script === undefined ? [] : [{ script, index }]));
  return {
    name,
    source: { kind: "Task", name, file: `${name}.yaml` },
    tasks: [
      {
        name,
        steps: steps.map((_, index) => index),
        finally: false,
        results: [...new Set(steps.flatMap(({ results = [] }) => results))].map((result) => ({
          name: result,
          type: "string" as const,
          from: { volume: volume("results"), path: result },
        })),
        retries: 0,
        tolerated: false,
      },
    ],
    steps: steps.map((step, index) => stepOf(step, index)),
    sidecars: [],
    volumes: ["bin", "run", "steps", "scripts", "results", "home", "workspace"].map((kind) => ({
      name: volume(kind),
      source: { kind: "empty" },
    })),
    layout: {
      layout: {
        protocol: PROTOCOL_VERSION,
        binary: `${made("bin")}/entrypoint`,
        directories: [
          ...["results", "home", "workspace"].map((kind) => ({ path: made(kind), mode: 0o777 })),
          ...steps.map((_, index) => ({ path: `${made("run")}/${index}`, mode: 0o777 })),
        ],
        files: scripts.map(({ script, index }) => ({
          path: `${made("scripts")}/script-${index}`,
          mode: 0o755,
          base64: Buffer.from(script).toString("base64"),
        })),
        links: steps.flatMap(({ name: step }, index) =>
          [`step-${step}`, String(index)].map((link) => ({
            path: `${made("steps")}/${link}`,
            target: metadataDir(index),
          })),
        ),
      },
      mounts: ["bin", "run", "steps", "scripts", "results", "home", "workspace"].map((kind) => ({
        volume: volume(kind),
        path: made(kind),
        readOnly: false,
      })),
    },
    results: [],
    pod: { labels: {}, annotations: {}, spec: {} },
    data: [],
    ...over,
  };
}

function stepOf(step: StepOf, index: number): PlannedStep {
  return {
    index,
    id: `step-${step.name}`,
    name: step.name,
    task: "chain",
    image: step.image ?? "docker.io/library/busybox:1.36",
    command: step.script === undefined ? (step.command ?? ["true"]) : [`${SCRIPTS_DIR}/script-${index}`],
    args: step.args ?? [],
    env: [{ name: "HOME", value: HOME_DIR }, ...(step.env ?? [])],
    envFrom: [],
    mounts: [
      { volume: volume("bin"), path: BIN_DIR, readOnly: true },
      { volume: volume("run"), path: RUN_DIR, readOnly: true },
      { volume: volume("run"), subPath: String(index), path: runDir(index), readOnly: false },
      { volume: volume("steps"), path: STEPS_DIR, readOnly: true },
      { volume: volume("scripts"), path: SCRIPTS_DIR, readOnly: true },
      { volume: volume("results"), path: RESULTS_DIR, readOnly: false },
      { volume: volume("home"), path: HOME_DIR, readOnly: false },
      { volume: volume("workspace"), path: WORKSPACE, readOnly: false },
      ...(step.mounts ?? []),
    ],
    flags: {
      ...(index === 0 ? {} : { wait_file: [postFile(index - 1)] }),
      post_file: postFile(index),
      termination_path: TERMINATION_FILE,
      step_name: `step-${step.name}`,
      step_metadata_dir: metadataDir(index),
      ...(step.results === undefined ? {} : { results: step.results }),
    },
    needs: index === 0 ? [] : [{ step: index - 1, on: "succeeded" }],
    results: [],
    container: step.container ?? {},
  };
}

/** clone → build → publish, with a script, results, resources, a Secret and a claim. */
export const cloneBuildPublish: Plan = chain(
  "clone-build-publish",
  [
    {
      name: "clone",
      image: "docker.io/alpine/git:2.45",
      script: '#!/bin/sh\nset -eu\ngit clone "$URL" /workspace/source\n',
      env: [{ name: "URL", value: "https://example.com/repo.git" }],
      results: ["commit"],
      container: { imagePullPolicy: "IfNotPresent" },
    },
    {
      name: "build",
      image: "docker.io/library/golang:1.24",
      command: ["go"],
      args: ["build", "-o", "$(HOME)/app", "-ldflags", "-X main.commit=$(steps.clone.results.commit)"],
      container: { resources: { requests: { cpu: "2", memory: "1Gi" } } },
    },
    {
      name: "publish",
      image: "gcr.io/kaniko-project/executor:v1.23.2",
      command: ["/kaniko/executor", "--digest-file=/tekton/results/digest"],
      args: ["--context=/workspace/source", "--build-arg=PRICE=$$5"],
      env: [
        { name: "TOKEN", valueFrom: { secretKeyRef: { name: "registry", key: "token" } } },
        { name: "DOCKER_CONFIG", value: "$(HOME)/.docker" },
      ],
      results: ["digest"],
      mounts: [{ volume: "cache", path: "/cache", readOnly: true }],
      container: { securityContext: { runAsUser: 1000 } },
    },
  ],
  {
    volumes: [
      ...["bin", "run", "steps", "scripts", "results", "home", "workspace"].map((kind) => ({
        name: volume(kind),
        source: { kind: "empty" as const },
      })),
      { name: "cache", source: { kind: "claim", claim: "build-cache", readOnly: true } },
    ],
    timeout: 600_000,
    sidecars: [],
  },
);
