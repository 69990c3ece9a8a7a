// What can be told to whoever makes pods.

import type { RenderFlag, RenderOptions } from "../backend.ts";

export interface OwnPodOptions {
  /** How the binary gets into the containers. */
  readonly inject?: "init" | "image-volume";
  /** The Pod Security profile "restricted" for every container, also where an image wants root. */
  readonly restricted?: boolean;
  /** Requests on the pod as a whole in place of shares on its steps (Kubernetes 1.34). */
  readonly podResources?: boolean;
}

export interface OwnKubernetesOptions extends OwnPodOptions {
  /** What to wrap the pod in. */
  readonly kind?: "pod" | "job";
}

export type PodOptions = RenderOptions & OwnPodOptions;

export const POD_FLAGS: { readonly [Name in keyof OwnPodOptions]-?: RenderFlag } = {
  inject: { help: "how the entrypoint gets in", choices: ["init", "image-volume"] },
  restricted: { help: "the restricted Pod Security profile, also for images that want root" },
  podResources: { help: "requests on the pod as a whole (Kubernetes 1.34), not on its steps" },
};

export const KUBERNETES_FLAGS: { readonly [Name in keyof OwnKubernetesOptions]-?: RenderFlag } = {
  kind: { help: "what holds the containers", choices: ["pod", "job"] },
  ...POD_FLAGS,
};
