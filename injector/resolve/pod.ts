// What a run says about its pod: service account, pod template, labels and annotations, and overrides by step.

import type { Metadata, Raw, SidecarSpec, StepSpec } from "../documents/spec.ts";
import type { PodSettings } from "./resolved.ts";

export interface PodFields {
  readonly serviceAccountName?: string | undefined;
  readonly podTemplate?: Raw | undefined;
}

/** What a PipelineRun says about one of its tasks. */
export interface Overrides {
  readonly pod?: PodSettings;
  readonly stepSpecs?: readonly Raw[];
  readonly sidecarSpecs?: readonly Raw[];
  readonly computeResources?: Raw;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Labels and annotations of `sources`, later ones winning; the pod template's fields are those of a pod spec. */
export function podSettings(
  sources: readonly (Metadata | undefined)[],
  { serviceAccountName, podTemplate }: PodFields,
): PodSettings {
  return {
    ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
    labels: Object.assign({}, ...sources.map((one) => one?.labels)),
    annotations: without(Object.assign({}, ...sources.map((one) => one?.annotations))),
    spec: podTemplate ?? {},
  };
}

/** `stepSpecs` and `sidecarSpecs`: resources by name, in place of what the Task says. */
export function withResources<T extends StepSpec | SidecarSpec>(
  containers: readonly T[],
  overrides: readonly Raw[] | undefined,
): readonly T[] {
  if (overrides === undefined) return containers;
  return containers.map((container) => {
    const override = overrides.find(({ name }) => name === container.name);
    const resources = override?.["computeResources"];
    return resources === undefined ? container : { ...container, computeResources: resources as Raw };
  });
}

/** kubectl's copy of the whole manifest would travel to every pod. */
function without(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { "kubectl.kubernetes.io/last-applied-configuration": _copy, ...rest } = annotations;
  return rest;
}
