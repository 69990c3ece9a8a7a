// A Plan as a Kubernetes Pod, or a Job around it, with the ConfigMaps and Secrets that were given beside it.

import { defined } from "../../documents/defined.ts";
import type { Plan } from "../../plan/model/plan.ts";
import type { RenderedDocument, Renderer } from "../backend.ts";
import { dataDocuments } from "./data.ts";
import { KUBERNETES_FLAGS, type OwnKubernetesOptions, type PodOptions } from "./options.ts";
import { metadataOf, podSpec } from "./pod.ts";
import { KUBERNETES, type Profile } from "./profile.ts";

export const kubernetes: Renderer<OwnKubernetesOptions, readonly RenderedDocument[]> = {
  name: "kubernetes",
  flags: KUBERNETES_FLAGS,
  render: (plans, options) => [
    ...dataDocuments(plans, options),
    ...plans.map((plan) => (options.kind === "job" ? job : pod)(plan, options, KUBERNETES)),
  ],
};

/** `profile`: what differs a little from a cluster (podman's `kube play`). */
export function pod(plan: Plan, options: PodOptions, profile: Profile): RenderedDocument {
  const metadata = metadataOf(plan, options);
  return { apiVersion: "v1", kind: "Pod", metadata, spec: podSpec(plan, options, profile) };
}

/** One attempt: retries are the entrypoint's business, in place and with the data at hand. */
function job(plan: Plan, options: PodOptions, profile: Profile): RenderedDocument {
  const { name, namespace, labels, annotations } = metadataOf(plan, options);
  const metadata = { name, ...defined({ namespace }), labels };
  const template = {
    metadata: { labels, ...defined({ annotations }) },
    spec: podSpec(plan, options, profile),
  };
  return { apiVersion: "batch/v1", kind: "Job", metadata, spec: { backoffLimit: 0, template } };
}
