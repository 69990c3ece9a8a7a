// A Plan as a Pod that podman plays (`podman kube play`, from version 4). Its container `result` ends as the run does and
// prints the record.

import type { Mount, Plan } from "../../plan/model/plan.ts";
import type { Renderer } from "../backend.ts";
import { withCollector } from "../collector.ts";
import { renderWith } from "./index.ts";
import { PODMAN } from "./profile.ts";

const render = renderWith(PODMAN);

export const podman: Renderer = {
  name: "podman",
  render: (plans, options) =>
    render(
      plans.map((plan) => withOwnNames(withCollector(withoutAccounts(plan), options))),
      options,
    ),
};

/** Podman plays no such thing: what of it there is to have is in the plan. */
const withoutAccounts = (plan: Plan): Plan => ({
  ...plan,
  data: plan.data.filter(({ kind }) => kind !== "ServiceAccount"),
});

/** Podman keeps the volumes of all pods under their bare names, and after the pod: without a name of its own, a run
 * would meet another's. */
function withOwnNames(plan: Plan): Plan {
  const own = new Map(
    plan.volumes
      .filter(({ source }) => source.kind === "empty" || source.kind === "claimTemplate")
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
