// What a run is made of in a cluster: one pod, and the ConfigMaps and Secrets that were given for it, all under the run's own name.

import { defined } from "../../documents/defined.ts";
import { isRaw } from "../../documents/raw.ts";
import type { DataObject } from "../../documents/spec.ts";
import type { Plan } from "../../plan/model/plan.ts";
import type { RenderedDocument } from "../backend.ts";
import { withCollector } from "../collector.ts";
import { dataDocuments } from "../kubernetes/data.ts";
import { pod } from "../kubernetes/index.ts";
import type { OwnPodOptions, PodOptions } from "../kubernetes/options.ts";
import { KUBERNETES, type Profile } from "../kubernetes/profile.ts";

/** Of what baton drives itself, so that a later run finds what a killed one has left. */
export const DRIVEN = { "baton.run/driven": "true" } as const;

export interface Documents {
  readonly pod: RenderedDocument;
  readonly data: readonly RenderedDocument[];
}

/** Results come by the log of a container of ours, whatever their size: nobody needs termination messages. */
const PROFILE: Profile = { ...KUBERNETES, messages: false };

export interface DocumentOptions extends OwnPodOptions {
  readonly entrypointImage: string;
  readonly namespace: string;
}

/** Throws UserError for what a pod cannot be. */
export function documentsOf(name: string, given: Plan, asked: DocumentOptions): Documents {
  // An account is the cluster's own: what was written down of it says which Secrets it has.
  const objects = given.data.filter(({ kind }) => kind !== "ServiceAccount");
  const own = renamed({ ...given, name, data: objects }, name);
  const options: PodOptions = { ...asked };
  const labels = { ...own.pod.labels, ...DRIVEN };
  const plan = withCollector({ ...own, pod: { ...own.pod, labels } }, { ...options, driven: true });
  const data = dataDocuments([plan], options).map((document) => labelled(document));
  return { pod: pod(plan, options, PROFILE), data };
}

const labelled = (document: RenderedDocument): RenderedDocument => {
  const { metadata, ...rest } = document;
  const labels = { "app.kubernetes.io/managed-by": "baton", ...DRIVEN };
  return { ...rest, metadata: { ...(metadata as object), labels } };
};

/** Two runs of one file are each their own: so is what was given for them. */
function renamed(plan: Plan, run: string): Plan {
  const names = (kind: DataObject["kind"]) =>
    new Map(
      plan.data.filter((one) => one.kind === kind).map(({ name }) => [name, `${run}-${name}`.slice(0, 253)]),
    );
  const known = { ConfigMap: names("ConfigMap"), Secret: names("Secret") };
  const { data, volumes, steps, sidecars } = plan;
  return {
    ...plan,
    data: data.map((one) => ({ ...one, ...defined({ name: known[one.kind as "Secret"]?.get(one.name) }) })),
    volumes: volumes.map((one) => renamedIn(one, known)),
    steps: steps.map((one) => ({
      ...one,
      env: renamedIn(one.env, known),
      envFrom: renamedIn(one.envFrom, known),
    })),
    sidecars: sidecars.map((one) => ({
      ...one,
      env: renamedIn(one.env, known),
      envFrom: renamedIn(one.envFrom, known),
    })),
  };
}

type Known = Readonly<Record<"ConfigMap" | "Secret", ReadonlyMap<string, string>>>;

/** The fields by which Kubernetes refers to either. */
const REFERENCES: Readonly<Record<string, keyof Known>> = {
  ...{ configMapKeyRef: "ConfigMap", configMapRef: "ConfigMap", configMap: "ConfigMap" },
  ...{ secretKeyRef: "Secret", secretRef: "Secret", secret: "Secret" },
};

function renamedIn<T>(value: T, known: Known, kind?: keyof Known): T {
  if (Array.isArray(value)) return value.map((one) => renamedIn(one, known)) as T;
  if (!isRaw(value)) return value;
  const whole = kind ?? kindOfSource(value);
  const entries = Object.entries(value).map(([key, one]) => {
    if (whole !== undefined && (key === "name" || key === "secretName") && typeof one === "string")
      return [key, known[whole].get(one) ?? one];
    return [
      key,
      key === "raw" && whole !== undefined
        ? renamedIn(one, known, whole)
        : renamedIn(one, known, REFERENCES[key]),
    ];
  });
  return Object.fromEntries(entries) as T;
}

/** A planned volume has its kind beside its fields. */
const kindOfSource = (value: Readonly<Record<string, unknown>>): keyof Known | undefined =>
  "raw" in value ? REFERENCES[String(value["kind"])] : undefined;
