// Tasks that share a pod, as one plan.

import type { Raw } from "../../documents/spec.ts";
import type { PodSettings } from "../../resolve/resolved.ts";
import { lateReferences } from "../../substitute/text.ts";
import { volumeSource } from "../bind/volumes.ts";
import { namer } from "../model/names.ts";
import { privateVolumes } from "../model/places.ts";
import type { Plan, PlannedResult, PlannedSidecar, PlannedVolume } from "../model/plan.ts";
import type { Unit } from "../model/unit.ts";
import { plannedSidecar, plannedStep } from "./containers.ts";
import { credentialsOf } from "./credentials.ts";
import type { Fusing } from "./fusing.ts";
import { planLayout } from "./layout.ts";
import { type VolumeNames, volumeKey } from "./mounts.ts";
import { spreadRequests } from "./requests.ts";
import { plannedTask, runResults } from "./result-files.ts";
import { refuseUnknownVolumes } from "./unknown-volumes.ts";

export function fuse(fused: Fusing, name: string): Plan {
  const { run, bound, part } = fused;
  const label = labels(fused);
  const names = namer();
  const { volumes, volumeNames } = taskVolumes(fused, label);
  const credentials = credentialsOf(fused);
  const whole = fused.leaves.map((leaf) =>
    credentials.with(
      plannedStep(fused, leaf, names.name("step", ...label(leaf.unit), leaf.name), volumeNames),
    ),
  );
  const sidecars = plannedSidecars(
    fused,
    (unit, sidecar) => names.name("sidecar", ...label(unit), sidecar),
    volumeNames,
  );
  const { steps, resources } = spreadRequests(whole, sidecars);
  const all = [...privateVolumes, ...credentials.volumes, ...bound.volumes, ...volumes];
  refuseUnknownVolumes([...steps, ...sidecars], all);
  const layout = planLayout(fused, steps, sidecars, all);
  const mounts = [...steps, ...sidecars, layout].flatMap((one) => one.mounts);
  const used = new Set(mounts.map((mount) => mount.volume));
  const inputs = inputsOf(fused);
  return {
    name,
    source: run.source,
    tasks: [...fused.units.values()].map((unit) => plannedTask(fused, unit)),
    steps,
    sidecars,
    volumes: all.filter((volume) => used.has(volume.name)),
    layout,
    results: runResults(run, bound.outer).filter((result) => isOf(fused, result)),
    ...(run.timeouts.run === undefined ? {} : { timeout: run.timeouts.run }),
    pod: withoutVolumes(part.pod, used),
    ...(resources === undefined ? {} : { resources }),
    ...(inputs.length === 0 ? {} : { inputs }),
    data: run.data,
  };
}

/** Words that say whose a container is: none for the only Task of a run, else the Task's key. */
function labels({ bound }: Fusing): (unit: string) => readonly string[] {
  const [only, second] = bound.units;
  if (only === undefined || second !== undefined || bound.late.size > 0) return (unit) => [unit];
  return (unit) => (unit === only.key ? [] : [unit.slice(only.key.length + 1)]);
}

/** The Tasks' own volumes under names that cannot meet each other, the workspaces', or those of the pod template. */
function taskVolumes(fused: Fusing, label: (unit: string) => readonly string[]) {
  const { bound, part, run } = fused;
  const template = templateVolumes(part.pod);
  const names = namer([
    ...bound.volumes.map((volume) => volume.name),
    ...template.map(({ name }) => String(name)),
  ]);
  const volumeNames = new Map<string, string>();
  const volumes: PlannedVolume[] = template.map((volume) => ({
    name: String(volume["name"]),
    source: volumeSource(volume, run.data),
  }));
  for (const unit of fused.units.values())
    for (const volume of unit.volumes) {
      const own = String(volume["name"]);
      const name = names.name(...label(unit.key), own);
      volumeNames.set(volumeKey(unit.key, own), name);
      volumes.push({ name, source: volumeSource(volume, run.data) });
    }
  return { volumes, volumeNames: volumeNames as VolumeNames };
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
  fused: Fusing,
  name: (unit: string, sidecar: string) => string,
  volumeNames: VolumeNames,
): readonly PlannedSidecar[] {
  return [...fused.units.values()].flatMap((unit) =>
    unit.sidecars.map((sidecar, at) =>
      plannedSidecar(fused, unit, at, name(unit.key, sidecar.name), volumeNames),
    ),
  );
}

/** References to Tasks that are in no unit of this plan, once each. */
function inputsOf(fused: Fusing): readonly string[] {
  const raws = lateReferences(fused.tops.map(textsOf))
    .filter(({ path }) => isElsewhere(fused, path))
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

function isElsewhere(fused: Fusing, [, task = "", ...rest]: readonly string[]): boolean {
  if (task === "status" && rest.length === 0)
    return fused.bound.units.some((unit) => !unit.finally && !fused.units.has(unit.key));
  if (fused.units.has(task) || task.includes("/steps/")) return false;
  return !(fused.bound.groups.get(task) ?? []).some((key) => fused.units.has(key));
}

/** A result whose Tasks are all in this plan. */
const isOf = ({ units }: Fusing, { value }: PlannedResult): boolean =>
  lateReferences(value).every(({ path }) => units.has(path[1] ?? ""));
