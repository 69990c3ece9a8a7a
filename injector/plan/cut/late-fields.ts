// Fields that must be known before a pod exists: where one holds a result, its Task cannot share the pod of the Task
// that produces it.

import { stepFieldsWhere } from "../../documents/step-fields.ts";
import { splicesBefore } from "../../substitute/params.ts";
import { lateReferences, referencesTo } from "../../substitute/text.ts";
import type { PlanOptions } from "../model/plan-set.ts";
import { leavesOf, type Unit, unitsOf } from "../model/unit.ts";

export interface LateField {
  readonly field: string;
  /** The Task whose result or status it needs. */
  readonly task: string;
}

const STEP_FIELDS = stepFieldsWhere(({ answered }) => answered === "start");

/** Fields that only mean something to a container; a process of this machine has no use for them. */
const CONTAINER_FIELDS = stepFieldsWhere(({ answered }) => answered === "container");

/** All late fields of a Task and the Tasks in it. */
export function lateFields(unit: Unit, on: PlanOptions["on"] = "pods"): readonly LateField[] {
  const fields = on === "pods" ? [...STEP_FIELDS, ...CONTAINER_FIELDS] : STEP_FIELDS;
  const steps = leavesOf(unit).flatMap(({ spec }) => [
    ...fields.flatMap((field) => inField(field, spec[field])),
    ...inField(
      "env",
      spec.env?.map((variable) => variable["valueFrom"]),
    ),
  ]);
  const tasks = unitsOf(unit).flatMap((one) => [
    ...inField("sidecars", one.sidecars),
    ...inField("volumes", one.volumes),
    ...inField(
      "subPath of a workspace",
      one.workspaces.map(({ piece }) => piece?.subPath),
    ),
  ]);
  return [...steps, ...tasks, ...lateItems(unit)];
}

/** `$(params.list[2])` is left where results of other Tasks decide which item that is. */
const lateItems = (unit: Unit): readonly LateField[] =>
  unitsOf(unit).flatMap((one) =>
    referencesTo("params", [one.sidecars, one.volumes, one.elements]).flatMap(({ path, index, raw }) => {
      const list = one.params.get(path.slice(1).join("."));
      if (typeof index !== "number" || !Array.isArray(list)) return [];
      return splicesBefore(list, index).map(({ path: [, task = ""] }) => ({ field: raw, task }));
    }),
  );

const inField = (field: string, value: unknown): readonly LateField[] =>
  lateReferences(value).map(({ path }) => ({ field, task: path[1] ?? "" }));
