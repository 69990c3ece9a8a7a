// Who may not run beside whom: two Tasks that share a directory of a workspace, one of which at least writes there.

import type { TaskKey } from "../model/keys.ts";
import { isAlways, type Piece, type TaskEdge, type Unit, unitsOf } from "../model/unit.ts";
import { Precedence } from "./precedence.ts";

type Edges = ReadonlyMap<TaskKey, readonly TaskEdge[]>;

/** Edges that keep conflicting Tasks apart, in the order of `units`, which must respect `written`. */
export function conflictsOf(units: readonly Unit[], written: Edges): readonly TaskEdge[] {
  const byKey = new Map(units.map((unit) => [unit.key, unit]));
  const precedence = new Precedence(units.map((unit) => unit.key));
  const volumes = new Map<string, Uses>();
  const gates = new Map<TaskKey, readonly TaskKey[]>();
  return units.flatMap((unit) => {
    const edges = (written.get(unit.key) ?? []).filter(({ before }) => byKey.has(before));
    const waits = writtenWaits(unit, edges, gates);
    for (const key of waits.succeeded) precedence.afterSuccess(unit.key, key);
    for (const key of waits.settled) precedence.afterEnd(unit.key, key);
    const accesses = accessesOf(unit);
    const conflicts = accesses.flatMap((access) => conflictsAt(volumes, precedence, unit.key, access));
    const all = [...waits.succeeded, ...waits.settled, ...conflicts.map(({ before }) => before)];
    const [sole, ...more] = new Set(all);
    const before = sole && byKey.get(sole);
    if (before !== undefined && more.length === 0 && isChain(unit) && isChain(before))
      precedence.waitsForNothingBut(unit.key, before.key);
    for (const access of accesses) record(volumes, precedence, unit.key, access);
    return conflicts;
  });
}

/** What the written order makes a Task wait for; a tolerated Task passes on what it had to wait for itself. */
function writtenWaits(unit: Unit, edges: readonly TaskEdge[], gates: Map<TaskKey, readonly TaskKey[]>) {
  const before = (on: TaskEdge["on"]) => edges.filter((edge) => edge.on === on).map((edge) => edge.before);
  const settled = before("settled");
  const succeeded = [...new Set([...before("succeeded"), ...settled.flatMap((key) => gates.get(key) ?? [])])];
  gates.set(unit.key, succeeded);
  return { succeeded, settled };
}

/** Steps one after the other: one entry, one exit, which settles after all the others. */
const isChain = (unit: Unit): boolean =>
  unit.elements.every((element) =>
    element.kind === "step"
      ? element.needs === undefined && !isAlways(element)
      : element.needs === undefined && !isAlways(element) && !element.unit.tolerated && isChain(element.unit),
  );

interface Access {
  readonly identity: string;
  /** "" is the whole volume. */
  readonly directory: string;
  readonly writes: boolean;
  readonly workspace: string;
}

/** By directory: who may still have it open, and who of them writes, the latest last. */
type Uses = Map<string, { readonly all: TaskKey[]; readonly writers: TaskKey[] }>;

function accessesOf(unit: Unit): readonly Access[] {
  const accesses = new Map<string, Access>();
  for (const { name, piece, readOnly } of unitsOf(unit).flatMap((one) => one.workspaces)) {
    if (piece === undefined) continue;
    const access = {
      identity: piece.identity,
      directory: cleaned(piece),
      writes: !readOnly,
      workspace: name,
    };
    const id = `${access.identity}\n${access.directory}`;
    accesses.set(id, { ...access, writes: access.writes || accesses.get(id)?.writes === true });
  }
  return [...accesses.values()];
}

const cleaned = ({ subPath = "" }: Piece): string =>
  subPath
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");

/** Who must have settled first: latest first, because that often settles the others. */
function conflictsAt(
  volumes: ReadonlyMap<string, Uses>,
  precedence: Precedence,
  key: TaskKey,
  { identity, directory, writes, workspace }: Access,
): readonly TaskEdge[] {
  const users = [...(volumes.get(identity) ?? [])]
    .filter(([path]) => overlap(path, directory))
    .flatMap(([, { all, writers }]) => (writes ? all : writers).toReversed());
  return users.flatMap((before): readonly TaskEdge[] => {
    if (before === key || precedence.starts(key, before)) return [];
    precedence.afterEnd(key, before);
    return [{ before, after: key, on: "settled", because: { workspace } }];
  });
}

const overlap = (a: string, b: string): boolean =>
  a === b || a === "" || b === "" || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);

/** Those who have settled whenever this one has need not be asked about again, if it writes. */
function record(
  volumes: Map<string, Uses>,
  precedence: Precedence,
  key: TaskKey,
  { identity, directory, writes }: Access,
): void {
  const uses: Uses = volumes.get(identity) ?? new Map();
  const { all, writers } = uses.get(directory) ?? { all: [], writers: [] };
  volumes.set(identity, uses);
  if (!writes) {
    all.push(key);
    uses.set(directory, { all, writers });
    return;
  }
  const open = (users: readonly TaskKey[]) => users.filter((user) => !precedence.settles(key, user));
  uses.set(directory, { all: [...open(all), key], writers: [...open(writers), key] });
}
