// What keeps a Task out of a pod: settings that a pod has only once, fields that a result decides, limits.

import type { Raw } from "../../documents/spec.ts";
import type { PodSettings, ResolvedRun } from "../../resolve/resolved.ts";
import type { PlanOptions } from "../model/plan-set.ts";
import { formatQuantity, parseQuantity } from "../model/quantity.ts";
import { leavesOf, type Unit, unitsOf } from "../model/unit.ts";
import { lateFields } from "./late-fields.ts";
import { fieldBetween } from "./pod-security.ts";

export interface Ban {
  /** A Task of that pod, for the sentence. */
  readonly task: string;
  /** The end of the sentence. */
  readonly why: string;
}

/** Why a Task may not join the Tasks of a pod; undefined where it may. */
export function banOf(
  unit: Unit,
  pod: readonly Unit[],
  run: ResolvedRun,
  options: PlanOptions,
): Ban | undefined {
  const [first] = pod;
  if (first === undefined) return undefined;
  return (
    settingsBan(unit, first, run.pod, options) ??
    lateBan(unit, pod, options) ??
    portBan(unit, pod) ??
    limitBan(unit, pod, options)
  );
}

function settingsBan(unit: Unit, other: Unit, whole: PodSettings, { on }: PlanOptions): Ban | undefined {
  const [own, its] = [unit.pod ?? whole, other.pod ?? whole];
  if (on === "processes" || own === its) return undefined;
  const { serviceAccountName: account = "default" } = own;
  const { serviceAccountName: itsAccount = "default" } = its;
  if (account !== itsAccount)
    return { task: other.key, why: `it runs as the service account ${account}, not ${itsAccount}` };
  const field = fieldBetween(own, its);
  return field === undefined ? undefined : { task: other.key, why: `its pod has another ${field}` };
}

function lateBan(unit: Unit, pod: readonly Unit[], { on }: PlanOptions): Ban | undefined {
  const late = lateFields(unit, on);
  if (late.length === 0) return undefined;
  const keys = new Set(pod.map(({ key }) => key));
  const found = late.find(({ task }) => keys.has(task));
  return found && { task: found.task, why: `its ${found.field} must be known before its pod starts` };
}

/** Sidecars of one pod share its network: a port is one's or the other's. */
function portBan(unit: Unit, pod: readonly Unit[]): Ban | undefined {
  const own = new Set(portsOf(unit));
  if (own.size === 0) return undefined;
  for (const other of pod) {
    const port = portsOf(other).find((one) => own.has(one));
    if (port !== undefined) return { task: other.key, why: `sidecars of both listen on port ${port}` };
  }
  return undefined;
}

const portsOf = (unit: Unit): readonly number[] =>
  unitsOf(unit)
    .flatMap((one) =>
      one.sidecars.flatMap(({ ports }) => (Array.isArray(ports) ? (ports as readonly Raw[]) : [])),
    )
    .flatMap(({ containerPort }) => (typeof containerPort === "number" ? [containerPort] : []));

function limitBan(unit: Unit, pod: readonly Unit[], { maxPod = {} }: PlanOptions): Ban | undefined {
  const task = pod.at(-1)?.key ?? "";
  const { steps } = maxPod;
  const count = steps === undefined ? 0 : [...pod, unit].reduce((sum, one) => sum + leavesOf(one).length, 0);
  if (steps !== undefined && count > steps)
    return { task, why: `together they have ${count} steps, and a pod may have ${steps}` };
  for (const name of ["cpu", "memory"] as const) {
    const limit = parseQuantity(maxPod[name]);
    const needed = limit === undefined ? 0 : neededBy([...pod, unit], name);
    if (limit !== undefined && needed > limit)
      return {
        task,
        why: `together they need ${formatQuantity(needed)} of ${name}, and a pod may have ${maxPod[name]}`,
      };
  }
  return undefined;
}

/** At most: each Task's heaviest step and all its sidecars, as if all Tasks ran at once. */
function neededBy(pod: readonly Unit[], name: "cpu" | "memory"): number {
  return pod.reduce((sum, unit) => {
    const steps = leavesOf(unit).map(({ spec }) =>
      requestIn(unit.computeResources ?? spec.computeResources, name),
    );
    const sidecars = unitsOf(unit).flatMap((one) =>
      one.sidecars.map((sidecar) => requestIn(sidecar.computeResources, name)),
    );
    return sum + Math.max(0, ...steps) + sidecars.reduce((all, one) => all + one, 0);
  }, 0);
}

function requestIn(resources: Raw | undefined, name: string): number {
  const field = (of: string) => (resources?.[of] as Raw | undefined)?.[name];
  return parseQuantity(field("requests") ?? field("limits") ?? "0") ?? 0;
}
