// What no plan can honour, said before anything starts.

import { type Diagnostic, UserError } from "../../diagnostics/diagnostic.ts";
import type { BoundRun } from "../bind/run.ts";
import type { Cuts } from "../cut/cut.ts";
import type { PlanOptions } from "../model/plan-set.ts";
import { leavesOf, type Unit, unitsOf } from "../model/unit.ts";
import type { Ordered } from "../order/order.ts";
import { artifactsAcrossCuts, unknownPaths } from "./artifacts.ts";

/** Throws UserError with all that is wrong. */
export function refuse({ units }: Ordered, cuts: Cuts, bound: BoundRun, options: PlanOptions): void {
  const problems = [
    ...units.flatMap(nestedRetries),
    ...units.flatMap((unit) => tooManySteps(unit, options)),
    ...units.flatMap((unit) => unknownPaths(unit, bound.place)),
    ...(options.on === "processes" ? [] : [...dataAcrossCuts(cuts, bound), ...artifactsAcrossCuts(cuts)]),
  ];
  if (problems.length > 0) throw new UserError(problems);
}

const nestedRetries = (unit: Unit): readonly Diagnostic[] =>
  unitsOf(unit)
    .filter((one) => one.retries > 0 && one.parents.some((key) => retries(unit, key)))
    .map((one) => ({
      code: "nested-retries",
      severity: "error",
      message: `Task ${one.key} has retries, and so has a Task around it: attempts cannot be counted twice`,
      cure: "keep the retries of one of the two",
    }));

const retries = (unit: Unit, key: string): boolean =>
  unitsOf(unit).some((one) => one.key === key && one.retries > 0);

function tooManySteps(unit: Unit, { maxPod }: PlanOptions): readonly Diagnostic[] {
  const count = leavesOf(unit).length;
  if (maxPod?.steps === undefined || count <= maxPod.steps) return [];
  return [
    {
      code: "max-pod-too-small",
      severity: "error",
      message: `Task ${unit.key} alone has ${count} steps, and a pod may have ${maxPod.steps}`,
      cure: `allow at least steps=${count}`,
    },
  ];
}

/** Kinds of volumes that are made for one pod and gone with it. */
const MADE_FOR_A_POD: Readonly<Record<string, string>> = {
  empty: "an emptyDir",
  claimTemplate: "a volume made for the run",
};

function dataAcrossCuts({ parts, notes }: Cuts, { volumes }: BoundRun): readonly Diagnostic[] {
  return volumes
    .filter(({ source }) => source.kind in MADE_FOR_A_POD)
    .flatMap(({ name, source }): readonly Diagnostic[] => {
      const users = parts.map((part) => part.units.find((unit) => uses(unit, name))?.key ?? "");
      const [first, second] = users.filter((key) => key !== "");
      if (first === undefined || second === undefined) return [];
      const note = notes.find(({ tasks }) => tasks.includes(second)) ?? notes[0];
      const why = note === undefined ? "" : ` (${note.message})`;
      return [
        {
          code: "workspace-cut",
          severity: "error",
          message: `${first} and ${second} share the workspace "${name.replace(/^ws-/, "")}", ${MADE_FOR_A_POD[source.kind]}, but not a pod${why}`,
          cure: "bind the workspace to a persistentVolumeClaim, or let the Tasks share a pod",
        },
      ];
    });
}

const uses = (unit: Unit, volume: string): boolean =>
  unitsOf(unit).some((one) => one.workspaces.some(({ piece }) => piece?.volume === volume));
