// Reads manifests as a kubelet would, and checks them with the validators made from Kubernetes' OpenAPI document.

import { validate as validateJob } from "kubernetes-models/_schemas/IoK8sApiBatchV1Job";
import { validate as validateConfigMap } from "kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap";
import { validate as validatePod } from "kubernetes-models/_schemas/IoK8sApiCoreV1Pod";
import { validate as validateSecret } from "kubernetes-models/_schemas/IoK8sApiCoreV1Secret";
import type { RenderedDocument } from "../../../injector/backends/backend.ts";
import { expandEnvironment, expandVariables } from "../../../injector/substitute/expansion.ts";
import type { Started } from "./_contract.ts";

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts?: readonly {
    name: string;
    mountPath: string;
    subPath?: string;
    readOnly?: boolean;
  }[];
}

export interface PodSpec {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Record<string, unknown>[];
  readonly [field: string]: unknown;
}

/** The pod's spec, of the Pod or of the Job around it. */
export function podSpecOf(documents: readonly RenderedDocument[]): PodSpec {
  for (const { kind, spec } of documents as readonly { kind: string; spec: Record<string, never> }[]) {
    if (kind === "Pod") return spec as unknown as PodSpec;
    if (kind === "Job") return (spec["template"] as unknown as { spec: PodSpec }).spec;
  }
  throw new Error("no Pod among the documents");
}

export const readPod = (documents: readonly RenderedDocument[]): readonly Started[] =>
  podSpecOf(documents)
    .containers.filter(({ name }) => name.startsWith("step-"))
    .map(readContainer);

/** Podman takes every word as it is. */
export const readPodmanPod = (documents: readonly RenderedDocument[]): readonly Started[] =>
  podSpecOf(documents)
    .containers.filter(({ name }) => name.startsWith("step-"))
    .map((container) => ({
      ...readContainer(container),
      argv: [...container.command, ...(container.args ?? [])],
      env: Object.fromEntries((container.env ?? []).map(({ name, value = "" }) => [name, value])),
    }));

export function readContainer(container: Container): Started {
  const values = (container.env ?? []).map(({ name, value = "" }) => ({ name, value }));
  const env = expandEnvironment(values);
  return {
    id: container.name,
    image: container.image,
    argv: [...container.command, ...(container.args ?? [])].map((word) =>
      expandVariables(word, (name) => env.get(name)),
    ),
    env: Object.fromEntries(env),
    mounts: (container.volumeMounts ?? []).map(({ name, mountPath, subPath, readOnly = false }) => ({
      path: mountPath,
      readOnly,
      volume: `${name}/${subPath ?? ""}`,
    })),
  };
}

const VALIDATORS: Readonly<Record<string, typeof validatePod>> = {
  Pod: validatePod,
  Job: validateJob,
  Secret: validateSecret,
  ConfigMap: validateConfigMap,
};

export function invalidForKubernetes(document: RenderedDocument): readonly string[] {
  const validate = VALIDATORS[String(document["kind"])];
  if (validate === undefined) return [`unknown kind ${String(document["kind"])}`];
  if (validate(document)) return [];
  const { errors } = validate as unknown as { errors: readonly { instancePath: string; keyword: string }[] };
  return errors.map(({ instancePath, keyword }) => `${instancePath}: ${keyword}`);
}
