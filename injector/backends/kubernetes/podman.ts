// A Plan as a Pod that podman plays (`podman kube play`, from version 4). Its container `result` ends as the run does and
// prints the record.

import type { Mount, Plan } from "../../plan/model/plan.ts";
import type { RenderedDocument, Renderer } from "../backend.ts";
import { type CollectorOptions, withCollector } from "../collector.ts";
import { hostPathOf, notPortable, withoutClaimTemplates } from "../portable.ts";
import { dataDocuments } from "./data.ts";
import { pod } from "./index.ts";
import { type OwnPodOptions, POD_FLAGS } from "./options.ts";
import { PODMAN } from "./profile.ts";

export const podman: Renderer<OwnPodOptions & CollectorOptions, readonly RenderedDocument[]> = {
  name: "podman",
  flags: { ...POD_FLAGS, driven: "internal" },
  render: (plans, options) => [
    ...dataDocuments(plans.map(portable), options),
    ...plans.map((plan) => pod(withOwnNames(withCollector(portable(plan), options)), options, PODMAN)),
  ],
};

/** Podman makes volumes of the run, and mounts folders and claims. What it is to read of ConfigMaps and Secrets, it is given. */
function portable(plan: Plan): Plan {
  const foreign = plan.volumes.find(
    (volume) =>
      volume.source.kind === "projected" ||
      (volume.source.kind === "kubernetes" && hostPathOf(volume.source) === undefined),
  );
  if (foreign !== undefined) throw notPortable(foreign, "podman");
  // Podman plays no accounts: what there is to have of one is in the plan.
  const data = plan.data.filter(({ kind }) => kind !== "ServiceAccount");
  return withoutClaimTemplates({ ...plan, data });
}

/** Podman keeps the volumes of all pods under their bare names, and after the pod: without a name of its own, a run
 * would meet another's. */
function withOwnNames(plan: Plan): Plan {
  const own = new Map(
    plan.volumes
      .filter(({ source }) => source.kind === "empty")
      .map(({ name }) => [name, `${plan.name}-${name}`]),
  );
  const nameOf = (name: string): string => own.get(name) ?? name;
  const renamed = <T extends { readonly mounts: readonly Mount[] }>(container: T): T => ({
    ...container,
    mounts: container.mounts.map((mount) => ({ ...mount, volume: nameOf(mount.volume) })),
  });
  return {
    ...plan,
    volumes: plan.volumes.map((volume) => ({ ...volume, name: nameOf(volume.name) })),
    layout: renamed(plan.layout),
    steps: plan.steps.map(renamed),
    sidecars: plan.sidecars.map(renamed),
  };
}
