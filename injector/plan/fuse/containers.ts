// Leaves and sidecars as the plan's containers: command, environment, mounts, flags, and what passes through.

import { referencesIn } from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { ContainerFields, Raw, SidecarSpec } from "../../documents/spec.ts";
import { stepField } from "../../documents/step-fields.ts";
import { isAnswered } from "../../substitute/data.ts";
import { withTaskSecurity } from "../cut/pod-security.ts";
import { known } from "../model/known.ts";
import { ownRunMount, taskPlaces } from "../model/places.ts";
import type { EnvironmentVariable, PlannedSidecar, PlannedStep } from "../model/plan.ts";
import { type Leaf, leavesOf, type Unit } from "../model/unit.ts";
import { cacheMounts, cacheRequest } from "./cache.ts";
import { homeOf, indexOf, type PodContext, post, unitOf } from "./context.ts";
import { compact, scriptPath, stepFlags } from "./flags.ts";
import { lateOf } from "./late.ts";
import { sidecarMounts, stepMounts, type VolumeNames } from "./mounts.ts";
import { directoryAtTurn, workingDirectory } from "./working-directory.ts";

export function plannedStep(
  context: PodContext,
  leaf: Leaf,
  id: string,
  volumeNames: VolumeNames,
): PlannedStep {
  const { spec } = leaf;
  const script = spec.script === undefined ? undefined : scriptPath(context, leaf);
  const late = lateOf(context, leaf);
  const mounts = [...stepMounts(context, leaf, late, volumeNames), ...cacheMounts(context, leaf)];
  const needs = [...(context.edges.get(leaf.id) ?? [])].map(([need, on]) => ({
    step: indexOf(context, need),
    on,
  }));
  const common = commonFields(context, spec, unitOf(context, leaf), script);
  return {
    index: indexOf(context, leaf.id),
    id,
    name: leaf.name,
    ...defined({ displayName: spec.displayName }),
    task: leaf.unit,
    ...labelled(unitOf(context, leaf), leaf.name),
    ...common,
    mounts,
    flags: compact({
      ...stepFlags(context, leaf, id, late),
      references: lookedInto(common),
      working_dir: directoryAtTurn(context, leaf, mounts),
      cache: cacheRequest(context, leaf, mounts, script),
    }),
    needs,
    results: (spec.results ?? []).map(({ name, type = "string" }) => ({ name, type })),
    container: passedThrough(context, unitOf(context, leaf), spec, wholeTask(context, leaf)),
  };
}

export function plannedSidecar(
  context: PodContext,
  unit: Unit,
  position: number,
  id: string,
  volumeNames: VolumeNames,
): PlannedSidecar {
  const spec = unit.sidecars[position] as SidecarSpec;
  const script = spec.script === undefined ? undefined : sidecarScriptPath(context, unit, position);
  const until = leavesOf(unit).map((leaf) => indexOf(context, leaf.id));
  const run = ownRunMount(context.places, id).path;
  return {
    id,
    name: spec.name,
    task: unit.key,
    ...labelled(unit, spec.name),
    ...commonFields(context, spec, unit, script),
    mounts: sidecarMounts(context, unit, spec, id, volumeNames),
    flags: compact({
      wait_settled: until.map((at) => post(context, at)),
      post_file: `${run}/out`,
      step_name: id,
      step_metadata_dir: `${run}/status`,
      termination_budget: context.budget,
      task_name: unit.key,
      termination_path: context.places.rooted ? `${run}/termination` : undefined,
    }),
    until,
    container: passedThrough(context, unit, spec, spec.computeResources),
  };
}

export const sidecarScriptPath = (context: PodContext, unit: Unit, position: number): string =>
  `${taskPlaces(context.places, unit.key).scripts}/sidecar-script-${position}`;

const labelled = ({ label }: Unit, name: string): { readonly label?: string } =>
  label === undefined ? {} : { label: `${label}-${name}` };

/** Every field of a container that the planner does not read passes through as it is: so do a sidecar's probes. */
const passesThrough = (field: string): boolean => stepField(field)?.carrier !== "plan";

function commonFields(context: PodContext, spec: ContainerFields, unit: Unit, script: string | undefined) {
  const command = script === undefined ? spec.command : [script];
  return {
    ...(spec.image === undefined || spec.image === "" ? {} : { image: spec.image }),
    ...(command === undefined || command.length === 0 ? {} : { command }),
    args: spec.args ?? [],
    env: environment(context, spec.env ?? [], unit),
    envFrom: spec.envFrom ?? [],
    ...workingDirectory(context, spec.workingDir, unit),
  };
}

/**
 * What the entrypoint is to look into, where others than the author give variables: not what they have brought in. Words are
 * counted from the last, because an image may have some in front.
 */
function lookedInto({
  command = [],
  args,
  env,
  envFrom,
}: ReturnType<typeof commonFields>): string | undefined {
  if (envFrom.length === 0 && env.every((variable) => "value" in variable)) return undefined;
  const words = [...command, ...args];
  return JSON.stringify({
    env: env.flatMap((one) => ("value" in one && hasReferences(one.value) ? [one.name] : [])),
    words: words.flatMap((word, at) => (hasReferences(word) ? [at - words.length] : [])),
  });
}

/** For the entrypoint; `$(NAME)` is a kubelet's. */
const hasReferences = (text: string): boolean => referencesIn(text).some(isAnswered);

/** On a user's own machine the private home must be said; in a container the image's HOME stands, as in Tekton. */
function environment(context: PodContext, env: readonly Raw[], unit: Unit): readonly EnvironmentVariable[] {
  const own = env.map((variable) => {
    const name = String(variable["name"]);
    const from = variable["valueFrom"];
    return from === undefined
      ? { name, value: String(variable["value"] ?? "") }
      : { name, valueFrom: from as Raw };
  });
  const needsHome = context.places.rooted && !own.some(({ name }) => name === "HOME");
  return needsHome ? [{ name: "HOME", value: homeOf(context, unit.key) }, ...own] : own;
}

function passedThrough(
  { run, part, units }: PodContext,
  unit: Unit,
  spec: ContainerFields,
  asked: Raw | undefined,
): Raw {
  const kept = Object.entries(spec).filter(([field, value]) => passesThrough(field) && value !== undefined);
  const resources = asked === undefined ? [] : [["resources", asked] as const];
  const task = known(units.get(unit.parents[0] ?? unit.key));
  return withTaskSecurity(Object.fromEntries([...kept, ...resources]), task.pod ?? run.pod, part.pod);
}

/** What is asked for a whole Task is what each of its steps may need, because they take turns. */
function wholeTask(context: PodContext, leaf: Leaf): Raw | undefined {
  const unit = unitOf(context, leaf);
  const around = [...unit.parents, unit.key].map((key) => known(context.units.get(key)));
  return (
    around.find((one) => one.computeResources !== undefined)?.computeResources ?? leaf.spec.computeResources
  );
}
