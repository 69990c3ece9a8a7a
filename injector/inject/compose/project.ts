// A compose file as far as an order of its services goes: which of them end, what each waits for, and what they are.

import { nearest } from "../../diagnostics/nearest.ts";
import type { Path } from "../../documents/load.ts";
import { asRaw, isRaw } from "../../documents/raw.ts";
import type { Raw } from "../../documents/spec.ts";
import type { Fault } from "../faults.ts";
import { parseOrder } from "../order.ts";

export interface Project {
  /** In the order of the file; those that no active profile has are left out. */
  readonly services: readonly Service[];
}

export interface Service {
  readonly name: string;
  /** Where it stands in the file. */
  readonly path: Path;
  /** What it says, with what it extends in the same file. */
  readonly fields: Raw;
  /** It ends by itself, and others wait for its end. */
  readonly isJob: boolean;
  readonly needs: readonly Need[];
}

export interface Need {
  readonly on: string;
  readonly condition: "completed" | "healthy" | "started";
}

export interface ReadProject {
  readonly project: Project;
  readonly faults: readonly Fault[];
}

/** The field for what compose has no word for, in the file and in its services. */
export const OWN = "x-baton";

export function readProject(data: Raw, profiles: readonly string[]): ReadProject {
  const faults: Fault[] = [];
  const written = writtenIn(data).filter(({ fields }) => isActive(fields, profiles));
  const known = new Set(written.map(({ name }) => name));
  const ordered = ownOrder(data, [...known], faults);
  const isOpen = data["include"] !== undefined;
  const needs = new Map(
    written.map((one) => {
      const own = needsOf(one, known, isOpen, faults);
      const more = (ordered.get(one.name) ?? []).map((on) => ({ on, condition: "completed" as const }));
      return [one.name, [...own, ...more]];
    }),
  );
  const completed = new Set(
    [...needs.values()].flat().flatMap(({ on, condition }) => (condition === "completed" ? on : [])),
  );
  const awaited = new Set([...needs.values()].flat().map(({ on }) => on));
  const services = written.map((one): Service => {
    const own = needs.get(one.name) ?? [];
    const said = asRaw(one.fields[OWN])["job"];
    const isJob =
      typeof said === "boolean"
        ? said
        : one.isJob ||
          completed.has(one.name) ||
          ordered.has(one.name) ||
          (own.length > 0 && !awaited.has(one.name) && looksEnding(one.fields));
    return { name: one.name, path: one.path, fields: one.fields, isJob, needs: own };
  });
  faults.push(...services.flatMap((one) => faultsOf(one, services)));
  return { project: { services }, faults };
}

interface Written {
  readonly name: string;
  readonly path: Path;
  readonly fields: Raw;
  readonly isJob: boolean;
}

function writtenIn(data: Raw): readonly Written[] {
  return (["services", "jobs"] as const).flatMap((field) => {
    const all = asRaw(data[field]);
    return Object.entries(all).map(([name, fields]) => ({
      name,
      path: [field, name],
      fields: extended(asRaw(fields), all, new Set([name])),
      isJob: field === "jobs",
    }));
  });
}

/** With what it extends in the same file; what it extends in another one is that one's. */
function extended(fields: Raw, all: Raw, seen: Set<string>): Raw {
  const { extends: from, ...own } = fields;
  const name =
    typeof from === "string" ? from : isRaw(from) && from["file"] === undefined ? from["service"] : "";
  if (typeof name !== "string" || name === "" || seen.has(name) || !isRaw(all[name])) return own;
  const base = extended(asRaw(all[name]), all, seen.add(name));
  const awaited = { ...dependsOn(base), ...dependsOn(own) };
  const { profiles: _profiles, ...inherited } = base;
  return {
    ...inherited,
    ...own,
    ...(Object.keys(awaited).length === 0 ? {} : { depends_on: awaited }),
    ...(isRaw(base["healthcheck"]) && isRaw(own["healthcheck"])
      ? { healthcheck: { ...base["healthcheck"], ...own["healthcheck"] } }
      : {}),
  };
}

/** Its two forms as one. */
export function dependsOn(fields: Raw): Raw {
  const { depends_on: on } = fields;
  if (Array.isArray(on)) return Object.fromEntries(on.map((name) => [String(name), { condition: STARTED }]));
  return asRaw(on);
}

const STARTED = "service_started";
const COMPLETED = "service_completed_successfully";

const CONDITIONS: Readonly<Record<string, Need["condition"]>> = {
  [COMPLETED]: "completed",
  service_healthy: "healthy",
  [STARTED]: "started",
};

function isActive({ profiles }: Raw, active: readonly string[]): boolean {
  const own = Array.isArray(profiles) ? profiles.map(String) : [];
  return own.length === 0 || active.includes("*") || own.some((one) => active.includes(one));
}

function needsOf(
  { name, path, fields }: Written,
  known: ReadonlySet<string>,
  isOpen: boolean,
  faults: Fault[],
): readonly Need[] {
  return Object.entries(dependsOn(fields)).flatMap(([on, said]): readonly Need[] => {
    const { condition = STARTED, required = true } = asRaw(said);
    const found = CONDITIONS[String(condition)];
    const place: Path = [...path, "depends_on", on];
    if (found === undefined) {
      faults.push(
        fault(place, `${name} waits for ${on} with "${condition}", which is no condition`, SAY_ONE),
      );
      return [];
    }
    if (known.has(on)) return [{ on, condition: found }];
    if (required === true && !isOpen) faults.push(unknown(place, name, on, known));
    return [];
  });
}

const SAY_ONE = "say service_started, service_healthy or service_completed_successfully";

/** `x-baton: {order: …}` of the file: edges that depends_on does not say, in the words of the annotation for pods. */
function ownOrder(data: Raw, names: readonly string[], faults: Fault[]) {
  const { order } = asRaw(data[OWN]);
  if (order === undefined) return new Map<string, readonly string[]>();
  try {
    return parseOrder(typeof order === "string" ? order : JSON.stringify(order), names, `${OWN} order`);
  } catch (error) {
    const { diagnostics = [] } = error as { readonly diagnostics?: readonly Fault["fault"][] };
    if (diagnostics.length === 0) throw error;
    faults.push(...diagnostics.map((one) => ({ fault: one, path: [OWN, "order"], of: "value" as const })));
    return new Map<string, readonly string[]>();
  }
}

/** A service that nobody waits for, and that has nothing of one that is there to be asked. */
const looksEnding = (fields: Raw): boolean =>
  !restarts(fields) && ["ports", "expose", "healthcheck"].every((field) => fields[field] === undefined);

/** A plain `no` is a boolean to YAML. */
const restarts = ({ restart }: Raw): boolean =>
  restart !== undefined && restart !== false && restart !== "no" && restart !== "";

function faultsOf(service: Service, all: readonly Service[]): readonly Fault[] {
  const { name, path, fields, isJob, needs } = service;
  const isAwaited = all.some((one) => one.needs.some(({ on }) => on === name));
  const copies = fields["scale"] ?? asRaw(fields["deploy"])["replicas"] ?? 1;
  return [
    ...(isJob && restarts(fields) ? [restarting(service)] : []),
    ...(Number(copies) !== 1 && (isJob || isAwaited)
      ? [fault(path, `${name} is to be there ${copies} times, and an order knows one of each`, ONE)]
      : []),
    ...needs.flatMap(({ on, condition }) => {
      const other = all.find((one) => one.name === on);
      return condition === "healthy" && other !== undefined ? neverHealthy(service, other) : [];
    }),
  ];
}

const ONE = "give it one replica";

const restarting = ({ name, path, fields }: Service): Fault =>
  fault(
    [...path, "restart"],
    `${name} is started again when it ends (restart: ${fields["restart"]}), and others wait for its end`,
    `remove restart, or say ${OWN}: {job: false} where nobody waits for its end`,
    "restarting-job",
  );

function neverHealthy({ name, path }: Service, on: Service): readonly Fault[] {
  const place = [...path, "depends_on", on.name];
  const cure = `write the healthcheck of ${on.name} in the file; one that its image has is not seen`;
  const noTest = `${name} waits until ${on.name} is healthy, and the file has no healthcheck of ${on.name}`;
  if (on.isJob)
    return [
      fault(place, `${name} waits until ${on.name} is healthy, which ends`, `say ${COMPLETED} there instead`),
    ];
  return hasTest(on.fields) ? [] : [fault(place, noTest, cure, "no-healthcheck")];
}

function hasTest({ healthcheck }: Raw): boolean {
  const { test, disable } = asRaw(healthcheck);
  if (disable === true || test === undefined) return false;
  return !(Array.isArray(test) ? test[0] === "NONE" || test.length === 0 : test === "");
}

function unknown(path: Path, name: string, on: string, known: ReadonlySet<string>): Fault {
  const close = nearest(on, [...known]);
  return fault(
    path,
    `${name} waits for "${on}", and there is no such service`,
    close === undefined ? "see its name, and the profiles that are active" : `did you mean "${close}"?`,
    "unknown-service",
  );
}

const fault = (
  path: Path,
  message: string,
  cure: string,
  code: Fault["fault"]["code"] = "not-orderable",
): Fault => ({ fault: { code, severity: "error", message, cure }, path, of: "key" });
