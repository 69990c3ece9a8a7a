// ConfigMaps and Secrets that were given, written into a plan that baton hands to an engine itself: into values and
// files of the layout. Nothing of it is printed; engines have no such objects, or break on them (podman 4).

import type {
  EnvironmentVariable,
  Mount,
  Plan,
  PlannedSidecar,
  PlannedStep,
  PlannedVolume,
} from "../../plan/model/plan.ts";
import { escapeVariables } from "../../substitute/expansion.ts";

export function withGivenData(plan: Plan): Plan {
  const filled = <T extends PlannedStep | PlannedSidecar>(one: T): T => ({
    ...one,
    env: [
      ...one.envFrom.flatMap((source) => wholeSource(plan, source)),
      ...one.env.map((each) => valued(plan, each)),
    ],
    envFrom: one.envFrom.filter((source) => wholeSource(plan, source).length === 0),
  });
  const files = plan.volumes.flatMap(filesOf);
  const known = new Set(plan.layout.mounts.map(({ volume }) => volume));
  const mounts: Mount[] = [...new Set(files.map(({ volume }) => volume))]
    .filter((volume) => !known.has(volume))
    .map((volume) => ({ volume, path: place(volume), readOnly: false }));
  return {
    ...plan,
    steps: plan.steps.map(filled),
    sidecars: plan.sidecars.map(filled),
    volumes: plan.volumes.map((volume) => ("files" in volume.source ? { ...volume, source: EMPTY } : volume)),
    layout: {
      layout: {
        ...plan.layout.layout,
        files: [...plan.layout.layout.files, ...files.map(({ file }) => file)],
      },
      mounts: [...plan.layout.mounts, ...mounts],
    },
    data: [],
  };
}

type Fields = Readonly<Record<string, unknown>>;

const EMPTY = { kind: "empty" } as const;

const place = (volume: string): string => `/tekton/volumes/${volume}`;

function filesOf({ name, source }: PlannedVolume) {
  if (!("files" in source)) return [];
  return Object.entries(source.files ?? {}).map(([path, content]) => ({
    volume: name,
    file: { path: `${place(name)}/${path}`, ...content },
  }));
}

function valued(plan: Plan, variable: EnvironmentVariable): EnvironmentVariable {
  if (!("valueFrom" in variable)) return variable;
  const { configMapKeyRef, secretKeyRef } = variable.valueFrom;
  const ref = (configMapKeyRef ?? secretKeyRef) as
    | { readonly name: string; readonly key: string }
    | undefined;
  if (ref === undefined) return variable;
  const value = dataOf(plan, configMapKeyRef === undefined ? "Secret" : "ConfigMap", ref.name)[ref.key];
  return value === undefined ? variable : { name: variable.name, value: textOf(value) };
}

function wholeSource(plan: Plan, source: Fields): EnvironmentVariable[] {
  const prefix = typeof source["prefix"] === "string" ? source["prefix"] : "";
  const { configMapRef, secretRef } = source;
  const ref = (configMapRef ?? secretRef) as { readonly name: string } | undefined;
  const data = dataOf(plan, configMapRef === undefined ? "Secret" : "ConfigMap", ref?.name);
  return Object.entries(data).map(([key, value]) => ({ name: prefix + key, value: textOf(value) }));
}

const dataOf = (plan: Plan, kind: string, name: string | undefined): Readonly<Record<string, string>> =>
  plan.data.find((object) => object.kind === kind && object.name === name)?.data ?? {};

const textOf = (base64: string): string => escapeVariables(Buffer.from(base64, "base64").toString("utf8"));
