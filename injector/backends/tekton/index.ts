// A Plan as one standard TaskRun, for a Tekton as it is: its own entrypoint runs the steps, one after the other, so what
// only Baton's entrypoint can do is refused in words. docs/backends.md tells what becomes what.

import { formatDuration } from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { Plan } from "../../plan/model/plan.ts";
import type { RenderedDocument, Renderer, RenderOptions } from "../backend.ts";
import { dataDocuments } from "../kubernetes/data.ts";
import { metadataOf } from "../kubernetes/pod.ts";
import { places } from "./places.ts";
import { refuse } from "./refuse.ts";
import { rewriting } from "./rewriting.ts";
import { sidecarOf, stepOf } from "./steps.ts";
import { isAlone, wholeTimeout } from "./timeouts.ts";
import { volumesOf } from "./volumes.ts";

export const tekton: Renderer<object, readonly RenderedDocument[]> = {
  name: "tekton",
  flags: {},
  knowsImages: true,
  render: (plans, options) => [
    ...dataDocuments(plans, options),
    ...plans.map((plan) => taskRun(plan, options)),
  ],
};

function taskRun(plan: Plan, options: RenderOptions): RenderedDocument {
  refuse(plan);
  const where = places(plan);
  const rewrite = rewriting(plan, where);
  const { serviceAccountName, spec: podTemplate } = plan.pod;
  const timeout = wholeTimeout(plan);
  const retries = isAlone(plan) ? (plan.tasks[0]?.retries ?? 0) : 0;
  const volumes = volumesOf(plan);
  return {
    apiVersion: "tekton.dev/v1",
    kind: "TaskRun",
    metadata: metadataOf(plan, options),
    spec: {
      ...defined({ serviceAccountName }),
      ...(timeout === undefined ? {} : { timeout: formatDuration(timeout) }),
      ...(retries === 0 ? {} : { retries }),
      ...(Object.keys(podTemplate).length === 0 ? {} : { podTemplate }),
      taskSpec: {
        ...(where.declared.length === 0 ? {} : { results: where.declared }),
        steps: plan.steps.map((step) => stepOf(step, { plan, places: where, rewrite })),
        ...(plan.sidecars.length === 0
          ? {}
          : { sidecars: plan.sidecars.map((sidecar) => sidecarOf(sidecar, plan, rewrite)) }),
        ...(volumes.length === 0 ? {} : { volumes }),
      },
    },
  };
}
