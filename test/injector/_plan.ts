// Small plans, statuses and records for tests: say what matters, the rest is made up.
import type { StepStatus } from "../../entrypoint/protocol/index.ts";
import type { Plan, PlannedStep, PlannedTask } from "../../injector/plan/model/plan.ts";

export const aStep = (index: number, rest: Partial<PlannedStep> = {}): PlannedStep => ({
  index,
  id: `step-s${index}`,
  name: `s${index}`,
  task: "build",
  command: ["true"],
  args: [],
  env: [],
  envFrom: [],
  mounts: [],
  flags: {},
  needs: [],
  results: [],
  container: {},
  ...rest,
});

export const aTask = (
  name: string,
  steps: readonly number[],
  rest: Partial<PlannedTask> = {},
): PlannedTask => ({
  name,
  steps,
  finally: false,
  results: [],
  retries: 0,
  tolerated: false,
  ...rest,
});

export const aPlan = (rest: Partial<Plan> = {}): Plan => ({
  name: "demo",
  source: { kind: "Task", name: "demo", file: "demo.yaml" },
  tasks: [
    aTask(
      "build",
      (rest.steps ?? [aStep(0)]).map(({ index }) => index),
    ),
  ],
  steps: [aStep(0)],
  sidecars: [],
  volumes: [],
  layout: { layout: { protocol: 1, directories: [], files: [], links: [] }, mounts: [] },
  results: [],
  pod: { labels: {}, annotations: {}, spec: {} },
  data: [],
  ...rest,
});

/** `at` is a second of one minute, so that order is easy to see. */
export const aStatus = (state: StepStatus["state"], at = 0, rest: Partial<StepStatus> = {}): StepStatus => ({
  protocol: 1,
  step: "",
  state,
  by: state === "failed" || state === "succeeded" ? "command" : "entrypoint",
  attempt: 1,
  waitingSince: "2026-01-01T00:00:00.000Z",
  startedAt: `2026-01-01T00:00:${String(at).padStart(2, "0")}.000Z`,
  finishedAt: `2026-01-01T00:00:${String(at + 1).padStart(2, "0")}.000Z`,
  ...rest,
});
