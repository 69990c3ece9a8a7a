// A Plan as a compose project: all steps are started at once and take turns by themselves, as in a pod. The service
// `result` ends when the run does, with its exit code, and prints its record.

import { UserError } from "../../diagnostics/diagnostic.ts";
import type { Plan } from "../../plan/model/plan.ts";
import type { RenderedDocument, Renderer } from "../backend.ts";
import { COLLECTOR, withCollector } from "../collector.ts";
import { openVolumes, separateDirectories } from "../directories.ts";
import { withoutClaimTemplates } from "../portable.ts";
import { COMPOSE_FLAGS, type ComposeOptions, type OwnComposeOptions } from "./options.ts";
import { collectorService, layoutServices, type Service, sidecarService, stepService } from "./services.ts";
import { secretDeclarations, volumeDeclarations, withConfigFiles } from "./volumes.ts";

export const compose: Renderer<OwnComposeOptions, readonly RenderedDocument[]> = {
  name: "compose",
  flags: COMPOSE_FLAGS,
  render(plans, options) {
    const [plan, ...others] = plans;
    if (plan === undefined || others.length > 0) throw severalPlans(plans);
    const whole = withConfigFiles(withCollector(withoutClaimTemplates(plan), options));
    return [project(openVolumes(separateDirectories(whole)), options)];
  },
};

function project(plan: Plan, options: ComposeOptions): RenderedDocument {
  const services: [string, Service][] = [
    ...layoutServices(plan, options),
    ...plan.sidecars.map((sidecar): [string, Service] => [
      sidecar.id,
      (sidecar.id === COLLECTOR ? collectorService : sidecarService)(plan, sidecar, options),
    ]),
    ...plan.steps.map((step): [string, Service] => [step.id, stepService(plan, step, options)]),
  ];
  const secrets = secretDeclarations(plan);
  return {
    name: plan.name,
    services: Object.fromEntries(services),
    volumes: volumeDeclarations(plan),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
  };
}

const severalPlans = (plans: readonly Plan[]): UserError =>
  new UserError([
    {
      code: "several-pods",
      message: `this run is cut into ${plans.length} pods (${plans.map(({ name }) => name).join(", ")}), and a compose project is one`,
      severity: "error",
      cure: "see `baton plan` for the reason of each cut, or compile to kubernetes or argo",
    },
  ]);
