// Which Tasks must look, before they begin, whether another one has failed: those that wait for some Task, where the pod has
// others whose failure they would not learn of by waiting. Tasks that wait for nothing begin with the run, as in Tekton.

import type { TaskKey } from "../model/keys.ts";
import type { Unit } from "../model/unit.ts";
import type { TaskGraph } from "../order/graph.ts";

/** Keys of those among `units`, the Tasks of one pod. */
export function failingFast(units: readonly Unit[], graph: TaskGraph): ReadonlySet<TaskKey> {
  const ordinary = units.filter((unit) => !unit.finally).map(({ key }) => key);
  const fatal = units.filter((unit) => !unit.finally && !unit.tolerated).map(({ key }) => key);
  const learntOf = graph.relatives(fatal);
  const waits = (key: TaskKey) => graph.into(key).some(({ because }) => because === "written");
  return new Set(ordinary.filter((key) => waits(key) && learntOf(key) < fatal.length));
}
