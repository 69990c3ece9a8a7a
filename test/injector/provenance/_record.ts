// A record with something of everything that provenance is made of, at fixed times.
import type { RunRecord } from "../../../injector/record/record.ts";
import { aStatus } from "../_plan.ts";

export const hex = (pair: string): string => pair.repeat(32);
export const COMMIT = "c0".repeat(20);

const source = {
  name: "source",
  uri: `git+https://example.com/app.git@${COMMIT}`,
  digest: { dirHash: hex("d0"), gitCommit: COMMIT },
};

export const aRecord = (rest: Partial<RunRecord> = {}): RunRecord => ({
  apiVersion: "baton.run/v1alpha1",
  kind: "RunRecord",
  id: "0b7f1d9e-3f6e-4a53-9c55-6f5ac2e5a3c1",
  name: "ship",
  version: "1.2.3",
  source: { kind: "PipelineRun", name: "ship", file: "ship.yaml" },
  request: {
    target: "Pipeline/ship",
    params: { version: "1.0", flags: ["-a", "-b"] },
    workspaces: { data: { emptyDir: {} } },
    sources: [
      { name: "ship.yaml", digest: { sha256: hex("11") } },
      {
        name: "tasks/build.yaml",
        uri: `git+https://example.com/tasks.git@${COMMIT}#tasks/build.yaml`,
        digest: { sha256: hex("22") },
        origin: { uri: "git+https://example.com/tasks.git", digest: { gitCommit: COMMIT } },
      },
    ],
  },
  backend: "podman",
  entrypoint: { sha256: hex("ee") },
  images: [
    {
      image: "busybox:1.36",
      platform: "linux/amd64",
      repository: "docker.io/library/busybox",
      digest: { sha256: hex("33") },
    },
    { image: "localhost/made:here", platform: "linux/amd64", digest: { sha256: hex("44") } },
    { image: "registry.example:5000/gone", platform: "linux/amd64" },
  ],
  state: "succeeded",
  message: "2 steps ran",
  exitCode: 0,
  startedAt: "2026-01-02T03:04:05.678Z",
  finishedAt: "2026-01-02T03:04:06.789Z",
  tasks: [],
  steps: [
    aStatus("succeeded", 0, { step: "step-clone" }),
    aStatus("succeeded", 1, {
      step: "step-build",
      artifacts: {
        inputs: [source, { name: "model", uri: "file:///workspace/model", digest: { sha256: hex("55") } }],
      },
    }),
  ],
  results: [],
  artifacts: [
    { ...source, step: "step-clone", size: 12 },
    {
      name: "product",
      step: "step-build",
      uri: "file:///workspace/data/product",
      digest: { sha256: hex("aa") },
      size: 6,
      buildOutput: true,
    },
  ],
  ...rest,
});
