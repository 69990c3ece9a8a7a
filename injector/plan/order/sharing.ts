// Who may not run beside whom: two Tasks that share a directory of a workspace, one of which at least writes there.

import type { Needs } from "../model/unit.ts";
import { isAlways, type Piece, type Unit, unitsOf } from "../model/unit.ts";
import { Precedence } from "./precedence.ts";

/** `after` has to wait for `before`, and nothing that was written says so. */
export interface Conflict {
  readonly before: string;
  readonly after: string;
  /** The Task's name for the workspace, in `after`. */
  readonly workspace: string;
}

/** Edges that keep conflicting Tasks apart, in the order of `units`, which must respect `needs`. */
export function conflictsOf(units: readonly Unit[], needs: Needs): readonly Conflict[] {
  const byKey = new Map(units.map((unit) => [unit.key, unit]));
  const precedence = new Precedence(units.map((unit) => unit.key));
  const volumes = new Map<string, Uses>();
  const gates = new Map<string, readonly string[]>();
  return units.flatMap((unit) => {
    const waits = writtenWaits(unit, needs, byKey, gates);
    for (const key of waits.succeeded) precedence.afterSuccess(unit.key, key);
    for (const key of waits.settled) precedence.afterEnd(unit.key, key);
    const accesses = accessesOf(unit);
    const conflicts = accesses.flatMap((access) => conflictsAt(volumes, precedence, unit.key, access));
    const all = [...waits.succeeded, ...waits.settled, ...conflicts.map(({ before }) => before)];
    const [sole = "", ...more] = new Set(all);
    const before = byKey.get(sole);
    if (before !== undefined && more.length === 0 && isChain(unit) && isChain(before))
      precedence.waitsForNothingBut(unit.key, sole);
    for (const access of accesses) record(volumes, precedence, unit.key, access);
    return conflicts;
  });
}

/** What the written order makes a Task wait for; a tolerated Task passes on what it had to wait for itself. */
function writtenWaits(
  unit: Unit,
  needs: Needs,
  byKey: ReadonlyMap<string, Unit>,
  gates: Map<string, readonly string[]>,
) {
  const before = (needs.get(unit.key) ?? []).filter((key) => byKey.has(key));
  const settled = before.filter((key) => byKey.get(key)?.tolerated === true);
  const strict = before.filter((key) => byKey.get(key)?.tolerated !== true);
  const succeeded = [...new Set([...strict, ...settled.flatMap((key) => gates.get(key) ?? [])])];
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

/** By directory: who may still have it open, the latest last. */
type Uses = Map<string, readonly { readonly key: string; readonly writes: boolean }[]>;

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
  key: string,
  { identity, directory, writes, workspace }: Access,
): readonly Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [path, users] of volumes.get(identity) ?? []) {
    if (!overlap(path, directory)) continue;
    for (const user of users.toReversed()) {
      if (!(writes || user.writes) || user.key === key || precedence.starts(key, user.key)) continue;
      precedence.afterEnd(key, user.key);
      conflicts.push({ before: user.key, after: key, workspace });
    }
  }
  return conflicts;
}

const overlap = (a: string, b: string): boolean =>
  a === b || a === "" || b === "" || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);

/** Those who have settled whenever this one has need not be asked about again, if it writes. */
function record(
  volumes: Map<string, Uses>,
  precedence: Precedence,
  key: string,
  { identity, directory, writes }: Access,
): void {
  const uses: Uses = volumes.get(identity) ?? new Map();
  const users = uses.get(directory) ?? [];
  const open = writes ? users.filter((user) => !precedence.settles(key, user.key)) : users;
  volumes.set(identity, uses.set(directory, [...open, { key, writes }]));
}
