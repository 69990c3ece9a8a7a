// What keeps a Task out of a pod: settings that a pod has only once, fields that a result decides, limits.

import type { Raw } from "../../documents/spec.ts";
import type { PodSettings, ResolvedRun } from "../../resolve/resolved.ts";
import { known } from "../model/known.ts";
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

/** The Tasks of a pod so far, and what they ask for together. */
export class Held {
  readonly units: Unit[] = [];
  readonly keys = new Set<string>();
  /** Of sidecars, and whose each is. */
  readonly ports = new Map<number, string>();
  readonly #asked = new Map<Amount, number>();

  add(unit: Unit): void {
    this.units.push(unit);
    this.keys.add(unit.key);
    for (const port of portsOf(unit)) this.ports.set(port, unit.key);
    for (const amount of AMOUNTS) this.#asked.set(amount, this.with(unit, amount));
  }

  /** What the pod would ask for with one Task more. */
  with(unit: Unit, amount: Amount): number {
    return (this.#asked.get(amount) ?? 0) + askedBy(unit, amount);
  }
}

const AMOUNTS = ["steps", "cpu", "memory"] as const;
type Amount = (typeof AMOUNTS)[number];

/** Why a Task may not join the Tasks of a pod; undefined where it may. */
export function banOf(unit: Unit, pod: Held, run: ResolvedRun, options: PlanOptions): Ban | undefined {
  const [first] = pod.units;
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

function lateBan(unit: Unit, { keys }: Held, { on }: PlanOptions): Ban | undefined {
  const found = lateFields(unit, on).find(({ task }) => keys.has(task));
  return found && { task: found.task, why: `its ${found.field} must be known before its pod starts` };
}

/** Sidecars of one pod share its network: a port is one's or the other's. */
function portBan(unit: Unit, { ports }: Held): Ban | undefined {
  const port = portsOf(unit).find((one) => ports.has(one));
  if (port === undefined) return undefined;
  return { task: known(ports.get(port)), why: `sidecars of both listen on port ${port}` };
}

const portsOf = (unit: Unit): readonly number[] =>
  unitsOf(unit)
    .flatMap((one) =>
      one.sidecars.flatMap(({ ports }) => (Array.isArray(ports) ? (ports as readonly Raw[]) : [])),
    )
    .flatMap(({ containerPort }) => (typeof containerPort === "number" ? [containerPort] : []));

function limitBan(unit: Unit, pod: Held, { maxPod = {} }: PlanOptions): Ban | undefined {
  const task = pod.units.at(-1)?.key ?? "";
  const { steps } = maxPod;
  if (steps !== undefined && pod.with(unit, "steps") > steps)
    return { task, why: `together they have ${pod.with(unit, "steps")} steps, and a pod may have ${steps}` };
  for (const name of ["cpu", "memory"] as const) {
    const limit = parseQuantity(maxPod[name]);
    const needed = pod.with(unit, name);
    if (limit !== undefined && needed > limit)
      return {
        task,
        why: `together they need ${formatQuantity(needed)} of ${name}, and a pod may have ${maxPod[name]}`,
      };
  }
  return undefined;
}

/** At most: a Task's heaviest step and all its sidecars, as if all Tasks of a pod ran at once. */
function askedBy(unit: Unit, amount: Amount): number {
  const leaves = leavesOf(unit);
  if (amount === "steps") return leaves.length;
  const steps = leaves.map(({ spec }) => requestIn(unit.computeResources ?? spec.computeResources, amount));
  const sidecars = unitsOf(unit).flatMap((one) =>
    one.sidecars.map((sidecar) => requestIn(sidecar.computeResources, amount)),
  );
  return steps.reduce((most, one) => Math.max(most, one), 0) + sidecars.reduce((all, one) => all + one, 0);
}

function requestIn(resources: Raw | undefined, name: string): number {
  const field = (of: string) => (resources?.[of] as Raw | undefined)?.[name];
  return parseQuantity(field("requests") ?? field("limits") ?? "0") ?? 0;
}
