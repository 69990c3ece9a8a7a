// What a run says about its pod: service account, pod template, labels and annotations, and overrides by step.

import { defined } from "../documents/defined.ts";
import { asRaw, isRaw } from "../documents/raw.ts";
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

/** Labels and annotations of `sources`, later ones winning; the pod template's fields are those of a pod spec, but for `env`. */
export function podSettings(
  sources: readonly (Metadata | undefined)[],
  { serviceAccountName, podTemplate }: PodFields,
): PodSettings {
  const { env, ...spec } = podTemplate ?? {};
  return {
    ...defined({ serviceAccountName }),
    labels: Object.assign({}, ...sources.map((one) => one?.labels)),
    annotations: without(Object.assign({}, ...sources.map((one) => one?.annotations))),
    spec,
    ...(Array.isArray(env) && { env }),
  };
}

/** The pod template of a task on top of its run's: their volumes and variables go by name. */
export const mergedTemplates = (run: Raw | undefined, task: Raw | undefined): Raw => ({
  ...run,
  ...task,
  ...byName("env", run, task),
  ...byName("volumes", run, task),
});

function byName(field: string, run: Raw | undefined, task: Raw | undefined): Raw {
  const [under, over] = [run?.[field], task?.[field]];
  if (!Array.isArray(under) || !Array.isArray(over)) return {};
  return { [field]: [...new Map([...under, ...over].map((item: Raw) => [item["name"], item])).values()] };
}

/** `stepSpecs` and `sidecarSpecs`: resources by name, each laid on what the Task says. The last one of a name counts. */
export function withResources<T extends StepSpec | SidecarSpec>(
  containers: readonly T[],
  overrides: readonly Raw[] | undefined,
): readonly T[] {
  if (overrides === undefined) return containers;
  return containers.map((container) => {
    const override = overrides.findLast(({ name }) => name === container.name);
    const resources = asRaw(override?.["computeResources"]);
    return Object.keys(resources).length === 0
      ? container
      : { ...container, computeResources: laidOn(container.computeResources, resources) };
  });
}

/** Limits and requests go by the name of the resource. */
function laidOn(under: Raw = {}, over: Raw): Raw {
  const fields = Object.entries(over).map(([field, value]) => [
    field,
    isRaw(value) ? { ...asRaw(under[field]), ...value } : value,
  ]);
  return { ...under, ...Object.fromEntries(fields) };
}

/** kubectl's copy of the whole manifest would travel to every pod. */
function without(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { "kubectl.kubernetes.io/last-applied-configuration": _copy, ...rest } = annotations;
  return rest;
}
