// The heart of the house: a resolved run becomes one plan, or several. Pure: readonly data in, readonly data out.

import type { Plan, PlannedSidecar, PlannedVolume, PlanOptions, PlanSet } from "../plan.ts";
import type { ResolvedRun } from "../resolved.ts";
import type { Lookup } from "../substitute/text.ts";
import { bindRun } from "./bind-run.ts";
import { plannedSidecar, plannedStep } from "./containers.ts";
import { type Fusing, fusing } from "./fusing.ts";
import { taskGraph } from "./graph.ts";
import { planLayout } from "./layout.ts";
import { type VolumeNames, volumeKey } from "./mounts.ts";
import { namer } from "./names.ts";
import { privateVolumes } from "./places.ts";
import { plannedTask, runResults } from "./results.ts";
import { volumeSource } from "./volumes.ts";
import { wireTasks } from "./wire-tasks.ts";

/** What runs, after what, beside which data. Throws UserError for what no plan can honour. */
export function plan(run: ResolvedRun, options: PlanOptions = {}): PlanSet {
  const bound = bindRun(run, options);
  const graph = taskGraph(run, bound);
  const wiring = wireTasks(graph.order, graph);
  const fused = fusing(run, options, bound.places, bound.units, wiring, bound.groups);
  return { name: run.name, source: run.source, plans: [fuse(fused, bound.volumes, bound.outer)] };
}

/** One plan of Tasks that share a pod. */
function fuse(fused: Fusing, workspaceVolumes: readonly PlannedVolume[], outer: Lookup): Plan {
  const { run } = fused;
  const label = labels(fused);
  const names = namer();
  const { volumes, volumeNames } = taskVolumes(fused, label);
  const steps = fused.leaves.map((leaf) =>
    plannedStep(fused, leaf, names.name("step", ...label(leaf.unit), leaf.name), volumeNames),
  );
  const sidecars = plannedSidecars(
    fused,
    (unit, name) => names.name("sidecar", ...label(unit), name),
    volumeNames,
  );
  const layout = planLayout(fused, steps, sidecars);
  const mounts = [...steps, ...sidecars, layout].flatMap((one) => one.mounts);
  const used = new Set(mounts.map((mount) => mount.volume));
  return {
    name: run.name,
    source: run.source,
    tasks: [...fused.units.values()].map((unit) => plannedTask(fused, unit)),
    steps,
    sidecars,
    volumes: [...privateVolumes, ...workspaceVolumes, ...volumes].filter((volume) => used.has(volume.name)),
    layout,
    results: runResults(run, outer),
    ...(run.timeouts.run === undefined ? {} : { timeout: run.timeouts.run }),
    pod: run.pod,
    data: run.data,
  };
}

// --- Internal helpers ---

/** Words that say whose a container is: none for the only Task of a run, else the Task's key. */
function labels({ tops, units }: Fusing): (unit: string) => readonly string[] {
  const [only, second] = tops;
  if (only === undefined || second !== undefined || only.key !== units.keys().next().value)
    return (unit) => [unit];
  return (unit) => (unit === only.key ? [] : [unit.slice(only.key.length + 1)]);
}

/** The Tasks' own volumes under names that cannot meet. */
function taskVolumes(fused: Fusing, label: (unit: string) => readonly string[]) {
  const names = namer();
  const volumeNames = new Map<string, string>();
  const volumes: PlannedVolume[] = [];
  for (const unit of fused.units.values())
    for (const volume of unit.volumes) {
      const own = String(volume["name"]);
      const name = names.name(...label(unit.key), own);
      volumeNames.set(volumeKey(unit.key, own), name);
      volumes.push({ name, source: volumeSource(volume, fused.run.data) });
    }
  return { volumes, volumeNames: volumeNames as VolumeNames };
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
