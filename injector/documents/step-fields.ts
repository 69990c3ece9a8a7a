// The fields of a step, each with all that the rest of the house must know of it: who may write it, when the references in
// it are answered, who carries it to the container. Every list of step fields is taken from here, so that a new field is an
// error of the compiler until it is complete.

import type { StepSpec } from "./spec.ts";

export type StepFieldName = keyof StepSpec;

export interface StepField {
  /** Who writes it where a step refers to a StepAction: the action alone, the step alone, or both (the step's wins). */
  readonly writer: "action" | "step" | "both";
  /** Whether a step that is a Task (`ref: {kind: Task}`) may have it. */
  readonly ofTask: boolean;
  /** Only baton.run/v1alpha1 has it. */
  readonly ours?: true;
  /**
   * When its references are answered. `never`: it holds none, or they are for another field. `known`: with what is known
   * when the run is planned. `start`: before the step's pod starts, `container` where there is one at all. `turn`: before
   * the pod starts or, by the entrypoint, when the turn comes.
   */
  readonly answered: "never" | "known" | "start" | "container" | "turn";
  /** `plan`: the planner reads it. `container`: it passes through to the container as it is. */
  readonly carrier: "plan" | "container";
  /** What identifies an item of its list, where lists of a template and a step are merged. */
  readonly key?: string;
}

export const STEP_FIELDS = {
  name: { writer: "step", ofTask: true, answered: "never", carrier: "plan" },
  displayName: { writer: "step", ofTask: true, answered: "known", carrier: "plan" },
  image: { writer: "action", ofTask: false, answered: "container", carrier: "plan" },
  command: { writer: "action", ofTask: false, answered: "turn", carrier: "plan" },
  args: { writer: "action", ofTask: false, answered: "turn", carrier: "plan" },
  script: { writer: "action", ofTask: false, answered: "turn", carrier: "plan" },
  workingDir: { writer: "action", ofTask: false, answered: "start", carrier: "plan" },
  env: { writer: "action", ofTask: false, answered: "turn", carrier: "plan", key: "name" },
  envFrom: { writer: "both", ofTask: false, answered: "start", carrier: "plan" },
  volumeMounts: { writer: "action", ofTask: false, answered: "start", carrier: "plan", key: "mountPath" },
  volumeDevices: {
    ...{ writer: "both", ofTask: false, answered: "start", carrier: "container" },
    key: "devicePath",
  },
  imagePullPolicy: { writer: "both", ofTask: false, answered: "container", carrier: "container" },
  securityContext: { writer: "both", ofTask: false, answered: "container", carrier: "container" },
  computeResources: { writer: "both", ofTask: false, answered: "container", carrier: "plan" },
  ref: { writer: "step", ofTask: true, answered: "never", carrier: "plan" },
  params: { writer: "step", ofTask: true, answered: "never", carrier: "plan" },
  timeout: { writer: "step", ofTask: true, answered: "start", carrier: "plan" },
  onError: { writer: "step", ofTask: true, answered: "start", carrier: "plan" },
  when: { writer: "step", ofTask: true, answered: "turn", carrier: "plan" },
  results: { writer: "action", ofTask: false, answered: "never", carrier: "plan" },
  stdoutConfig: { writer: "step", ofTask: false, answered: "start", carrier: "plan" },
  stderrConfig: { writer: "step", ofTask: false, answered: "start", carrier: "plan" },
  workspaces: { writer: "step", ofTask: true, answered: "start", carrier: "plan" },
  retries: { writer: "step", ofTask: true, ours: true, answered: "never", carrier: "plan" },
  needs: { writer: "step", ofTask: true, ours: true, answered: "never", carrier: "plan" },
  finally: { writer: "step", ofTask: true, ours: true, answered: "never", carrier: "plan" },
  artifacts: { writer: "step", ofTask: true, ours: true, answered: "turn", carrier: "plan" },
  cache: { writer: "step", ofTask: true, ours: true, answered: "turn", carrier: "plan" },
} as const satisfies Record<StepFieldName, StepField>;

/** Names of the fields of which this is true, in the order of the table. */
export const stepFieldsWhere = (is: (field: StepField) => boolean): readonly StepFieldName[] =>
  (Object.keys(STEP_FIELDS) as StepFieldName[]).filter((name) => is(STEP_FIELDS[name]));

/** Undefined for a field that no step has (sidecars have more). */
export const stepField = (name: string): StepField | undefined =>
  Object.hasOwn(STEP_FIELDS, name) ? STEP_FIELDS[name as StepFieldName] : undefined;
