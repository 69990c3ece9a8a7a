// Tasks that share a pod, as one plan; all of them, as the plans of the run.

import { defined } from "../../documents/defined.ts";
import type { Raw } from "../../documents/spec.ts";
import type { PodSettings, ResolvedRun } from "../../resolve/resolved.ts";
import { lateReferences } from "../../substitute/text.ts";
import type { BoundRun } from "../bind/run.ts";
import { volumeSource } from "../bind/volumes.ts";
import type { Cuts } from "../cut/cut.ts";
import { parseStepName, type TaskKey, type VolumeKey, volumeKey } from "../model/keys.ts";
import { known } from "../model/known.ts";
import { namer } from "../model/names.ts";
import { deferredNote, orderNotes } from "../model/notes.ts";
import { cacheVolumes, privateVolumes } from "../model/places.ts";
import type { Plan, PlannedResult, PlannedSidecar, PlannedVolume } from "../model/plan.ts";
import type { PlanOptions, PlanSet } from "../model/plan-set.ts";
import type { Unit } from "../model/unit.ts";
import type { Ordered } from "../order/order.ts";
import { plannedSidecar, plannedStep } from "./containers.ts";
import { type PodContext, podContext } from "./context.ts";
import { credentialsOf } from "./credentials.ts";
import { planLayout } from "./layout.ts";
import type { VolumeNames } from "./mounts.ts";
import { refuseUnknownVolumes } from "./mounts.ts";
import { spreadRequests } from "./requests.ts";
import { plannedResults, plannedTask } from "./result-files.ts";

export function fuse(
  run: ResolvedRun,
  bound: BoundRun,
  { graph, deferred, skipped }: Ordered,
  { parts, edges, notes }: Cuts,
  options: PlanOptions,
): PlanSet {
  const names = namer();
  const plans = parts.map((part): Plan => {
    const name = parts.length === 1 ? run.name : names.name(run.name, part.units[0]?.key ?? "");
    return onePlan(podContext(run, options, bound, part, graph), name);
  });
  const nameOf = (part: number): string => known(plans[part]).name;
  return {
    name: run.name,
    source: run.source,
    plans,
    edges: edges.map(({ from, to, on }) => ({ from: nameOf(from), to: nameOf(to), on })),
    deferred,
    skipped,
    results: plannedResults(run, bound.outer),
    notes: [
      ...graph.order.flatMap(({ key }) => graph.into(key).flatMap(orderNotes)),
      ...notes,
      ...deferred.map(deferredNote),
    ],
  };
}

function onePlan(context: PodContext, name: string): Plan {
  const { run, bound, part } = context;
  const label = labels(context);
  const names = namer();
  const { volumes, volumeNames } = taskVolumes(context, label);
  const credentials = credentialsOf(context);
  const whole = context.leaves.map((leaf) =>
    credentials.with(
      plannedStep(context, leaf, names.name("step", ...label(leaf.unit), leaf.name), volumeNames),
    ),
  );
  const sidecars = plannedSidecars(
    context,
    (unit, sidecar) => names.name("sidecar", ...label(unit), sidecar),
    volumeNames,
  );
  const { steps, resources } = spreadRequests(whole, sidecars);
  const all = [
    ...privateVolumes,
    ...credentials.volumes,
    ...bound.volumes,
    ...volumes,
    ...cacheVolumes(context.options.cache),
  ];
  refuseUnknownVolumes([...steps, ...sidecars], all);
  const layout = planLayout(context, steps, sidecars, all);
  const mounts = [...steps, ...sidecars, layout].flatMap((one) => one.mounts);
  const used = new Set(mounts.map((mount) => mount.volume));
  const inputs = inputsOf(context);
  const { cache } = context.options;
  return {
    name,
    ...defined({ id: cache?.run }),
    source: run.source,
    tasks: [...context.units.values()].map((unit) => plannedTask(context, unit)),
    steps,
    sidecars,
    volumes: all.filter((volume) => used.has(volume.name)),
    layout,
    results: plannedResults(run, bound.outer).filter((result) => isOf(context, result)),
    ...defined({ timeout: run.timeouts.run }),
    pod: withoutVolumes(part.pod, used),
    ...defined({ resources }),
    ...(inputs.length === 0 ? {} : { inputs }),
    data: run.data,
  };
}

/** Words that say whose a container is: none for the only Task of a run, else the Task's key. */
function labels({ bound }: PodContext): (unit: TaskKey) => readonly string[] {
  const [only, second] = bound.units;
  if (only === undefined || second !== undefined || bound.late.size > 0) return (unit) => [unit];
  return (unit) => (unit === only.key ? [] : [unit.slice(only.key.length + 1)]);
}

/** The Tasks' own volumes under names that cannot meet each other, the workspaces', or those of the pod template. */
function taskVolumes(context: PodContext, label: (unit: TaskKey) => readonly string[]) {
  const { bound, part, run } = context;
  const template = templateVolumes(part.pod);
  const names = namer([
    ...bound.volumes.map((volume) => volume.name),
    ...template.map(({ name }) => String(name)),
  ]);
  const volumeNames = new Map<VolumeKey, string>();
  const volumes: PlannedVolume[] = template.map((volume) => ({
    name: String(volume["name"]),
    source: volumeSource(volume, run.data),
  }));
  for (const unit of context.units.values())
    for (const volume of unit.volumes) {
      const own = String(volume["name"]);
      const name = names.name(...label(unit.key), own);
      volumeNames.set(volumeKey(unit.key, own), name);
      volumes.push({ name, source: volumeSource(volume, run.data) });
    }
  return { volumes, volumeNames };
}

const templateVolumes = ({ spec }: PodSettings): readonly Raw[] =>
  Array.isArray(spec["volumes"]) ? (spec["volumes"] as readonly Raw[]) : [];

/** The pod's settings without the volumes that are the plan's own now. */
function withoutVolumes(pod: PodSettings, used: ReadonlySet<string>): PodSettings {
  const rest = templateVolumes(pod).filter(({ name }) => !used.has(String(name)));
  const { volumes: _volumes, ...spec } = pod.spec;
  return { ...pod, spec: rest.length === 0 ? spec : { ...spec, volumes: rest } };
}

function plannedSidecars(
  context: PodContext,
  name: (unit: TaskKey, sidecar: string) => string,
  volumeNames: VolumeNames,
): readonly PlannedSidecar[] {
  return [...context.units.values()].flatMap((unit) =>
    unit.sidecars.map((sidecar, at) =>
      plannedSidecar(context, unit, at, name(unit.key, sidecar.name), volumeNames),
    ),
  );
}

/** References to Tasks that are in no unit of this plan, once each. */
function inputsOf(context: PodContext): readonly string[] {
  const raws = lateReferences(context.tops.map(textsOf))
    .filter(({ path }) => isElsewhere(context, path))
    .map(({ raw }) => raw);
  return [...new Set(raws)].sort();
}

/** Everything of a Task that may refer to other Tasks. */
const textsOf = (unit: Unit): unknown => [
  [...unit.params.values()],
  unit.when,
  unit.sidecars,
  unit.volumes,
  unit.workspaces,
  unit.elements.map((element) => (element.kind === "step" ? element.leaf.spec : textsOf(element.unit))),
];

function isElsewhere(context: PodContext, [, task = "", ...rest]: readonly string[]): boolean {
  if (task === "status" && rest.length === 0)
    return context.bound.units.some((unit) => !unit.finally && !context.units.has(unit.key));
  if (context.units.has(task) || parseStepName(task) !== undefined) return false;
  return !(context.bound.groups.get(task) ?? []).some((key) => context.units.has(key));
}

/** A result whose Tasks are all in this plan. */
const isOf = ({ units }: PodContext, { value }: PlannedResult): boolean =>
  lateReferences(value).every(({ path }) => units.has(path[1] ?? ""));
