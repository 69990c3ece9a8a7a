// Plans as one Argo Workflow: a plan is a container set whose steps take turns by themselves, as in any other pod, so
// the edges within it are not Argo's business; the edges between plans are its DAG.

import { UserError } from "../diagnostics/diagnostic.ts";
import { defined } from "../documents/defined.ts";
import type { Plan } from "../plan/model/plan.ts";
import type { PlanEdge } from "../plan/model/plan-set.ts";
import type { RenderedDocument, Renderer } from "./backend.ts";
import { lingeringFlags, withCollector } from "./collector.ts";
import { dataDocuments } from "./kubernetes/data.ts";
import { type OwnPodOptions, POD_FLAGS, type PodOptions } from "./kubernetes/options.ts";
import { metadataOf, podSpec } from "./kubernetes/pod.ts";
import { KUBERNETES, type Profile } from "./kubernetes/profile.ts";

export const argo: Renderer<OwnPodOptions, readonly RenderedDocument[]> = {
  name: "argo",
  flags: POD_FLAGS,
  orders: true,
  render(plans, options) {
    const needy = plans.find(({ inputs = [] }) => inputs.length > 0);
    if (needy !== undefined) throw crossing(needy);
    return [...dataDocuments(plans, options), escaped(workflow(plans, options)) as RenderedDocument];
  },
};

/** Argo stops sidecars itself once the steps have ended. */
const PROFILE: Profile = { ...KUBERNETES, nativeSidecars: false };
const DAG = "baton-dag";

function workflow(plans: readonly Plan[], options: PodOptions): RenderedDocument {
  const [first] = plans;
  if (first === undefined) throw new Error("a run has at least one plan");
  const { name, namespace, labels } = metadataOf(first, options);
  const alone = plans.length === 1;
  const claims = claimTemplates(plans);
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: {
      name: alone ? name : first.source.name,
      ...defined({ namespace }),
      labels: { "app.kubernetes.io/managed-by": "baton", ...(alone ? labels : {}) },
    },
    spec: {
      entrypoint: alone ? name : DAG,
      ...(claims.length === 0 ? {} : { volumeClaimTemplates: claims }),
      templates: [
        ...(alone ? [] : [dagOf(plans, options.edges ?? [])]),
        ...plans.map((plan) => templateOf(plan, options)),
      ],
    },
  };
}

const dagOf = (plans: readonly Plan[], edges: readonly PlanEdge[]) => ({
  name: DAG,
  dag: {
    tasks: plans.map(({ name }) => {
      const needs = edges.filter(({ to }) => to === name).map(condition);
      return { name, template: name, ...(needs.length === 0 ? {} : { depends: needs.join(" && ") }) };
    }),
  },
});

/** An omitted task is one whose own dependencies were not met. */
const condition = ({ from, on }: PlanEdge): string =>
  on === "succeeded"
    ? `${from}.Succeeded`
    : `(${["Succeeded", "Failed", "Errored", "Skipped", "Omitted"].map((state) => `${from}.${state}`).join(" || ")})`;

const CLAIM = { apiVersion: "v1", kind: "PersistentVolumeClaim" };

/** Claims made for the run are the Workflow's, so that all its pods have the same ones. */
const claimTemplates = (plans: readonly Plan[]) => [
  ...new Map(
    plans.flatMap(({ volumes }) =>
      volumes.flatMap(({ name, source }) => {
        if (source.kind !== "claimTemplate") return [];
        const { spec } = source.template;
        return [[name, { ...CLAIM, metadata: { name }, spec }] as const];
      }),
    ),
  ).values(),
];

/** Fields of a pod that a template has by the same name; all others go in as a patch. */
const OWN = new Set([
  ...["activeDeadlineSeconds", "affinity", "hostAliases", "nodeSelector", "priorityClassName"],
  ...["schedulerName", "securityContext", "serviceAccountName", "tolerations"],
]);
/** Argo's own container needs the token, and Argo decides on restarts. */
const DROPPED = new Set(["automountServiceAccountToken", "restartPolicy"]);

/** Whether something is to run though a step has failed: its `finally`, or what runs beside it. */
const outlivesFailure = ({ steps }: Plan): boolean =>
  steps.some(
    ({ needs, index }) =>
      index > 0 && !needs.some(({ step, on }) => step === index - 1 && on === "succeeded"),
  );

/** Argo kills the others of a set once a container fails, so there none ends before the collector has seen all. */
const together = (plan: Plan, options: PodOptions): Plan =>
  withCollector(
    { ...plan, steps: plan.steps.map((step) => ({ ...step, flags: lingeringFlags(step.flags) })) },
    options,
  );

function templateOf(given: Plan, options: PodOptions) {
  const mayOutlive = outlivesFailure(given);
  const plan = mayOutlive ? together(given, options) : given;
  const claims = new Set(claimTemplates([plan]).map(({ metadata }) => metadata.name));
  const kept = { ...plan, volumes: plan.volumes.filter(({ name }) => !claims.has(name)) };
  const { initContainers, containers, volumes, ...rest } = podSpec(kept, options, {
    ...PROFILE,
    messages: !mayOutlive,
  });
  const all = containers as readonly unknown[];
  const fields = Object.entries(rest).filter(([field]) => !DROPPED.has(field));
  const patch = fields.filter(([field]) => !OWN.has(field));
  const sidecars = all.slice(plan.steps.length);
  return {
    name: plan.name,
    ...Object.fromEntries(fields.filter(([field]) => OWN.has(field))),
    initContainers,
    containerSet: { containers: all.slice(0, plan.steps.length) },
    ...(sidecars.length === 0 ? {} : { sidecars }),
    volumes,
    ...(patch.length === 0 ? {} : { podSpecPatch: JSON.stringify(Object.fromEntries(patch)) }),
  };
}

/** `{{` starts a tag of Argo's, wherever it is; the expression gives it back. */
function escaped(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("{{", "{{='{{'}}");
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, escaped(one)]));
}

const crossing = ({ name, inputs = [] }: Plan): UserError =>
  new UserError([
    {
      code: "result-crosses-pods",
      message: `${name} needs ${inputs.join(", ")} of another pod, and Argo hands on no result of a container set's steps`,
      severity: "error",
      cure: "see `baton plan` for the reason of the cut, or run it with `baton run`, which plans on when results are there",
    },
  ]);
