// A Task's workspaces: which directory of which volume each one is, and what the Task's text may say about it.

import type { ResolvedTask } from "../../resolve/resolved.ts";
import { plainText } from "../../substitute/data.ts";
import type { WorkspaceFacts } from "../../substitute/task.ts";
import { type Lookup, substituteText } from "../../substitute/text.ts";
import { unanswered } from "../../substitute/unanswered.ts";
import { join, type Places } from "../model/places.ts";
import type { BoundWorkspace, Piece } from "../model/unit.ts";
import type { Faults } from "./faults.ts";

/** The run's workspaces, by its names for them. */
export type Pieces = ReadonlyMap<string, Piece>;

/** The run's workspaces by its own names; what the outer Task may only read, the inner one may only read. */
export function handedDown(task: ResolvedTask, workspaces: readonly BoundWorkspace[], run: Pieces): Pieces {
  const readOnly = new Map(workspaces.map((one) => [one.name, one.readOnly]));
  const pieces = new Map(run);
  for (const { name, workspace } of task.workspaces) {
    const piece = pieces.get(workspace);
    if (piece !== undefined && readOnly.get(name) === true)
      pieces.set(workspace, { ...piece, readOnly: true });
  }
  return pieces;
}

export interface Binding {
  readonly pieces: Pieces;
  /** Answers the directories that the Task is handed. */
  readonly outer: Lookup;
  /** Answers where the Task has them mounted: its params, and what it is called. */
  readonly mounts: Lookup;
  readonly faults: Faults;
  readonly where: string;
}

export function bindWorkspaces(task: ResolvedTask, binding: Binding): readonly BoundWorkspace[] {
  const { pieces, outer, mounts, faults, where } = binding;
  const given = new Map(task.workspaces.map((one) => [one.name, one]));
  return (task.spec.workspaces ?? []).map(({ name, mountPath, readOnly = false, optional }, at) => {
    const use = given.get(name);
    const piece = use === undefined ? undefined : pieces.get(use.workspace);
    faults.unanswered(unanswered(mountPath, mounts), where, "spec", "workspaces", at);
    const path = mountPath === undefined ? `/workspace/${name}` : substituteText(mountPath, mounts);
    const place = { name, mountPath: path, readOnly };
    if (piece === undefined && optional !== true) faults.unbound(name, where);
    if (piece === undefined) return place;
    const part = below(
      piece,
      use?.subPath === undefined ? "" : plainText(substituteText(use.subPath, outer)),
    );
    return { ...place, readOnly: readOnly || piece.readOnly, piece: part };
  });
}

export const workspaceFacts = (
  workspaces: readonly BoundWorkspace[],
  places: Places,
): ReadonlyMap<string, WorkspaceFacts> =>
  new Map(
    workspaces.map(({ name, mountPath, readOnly, piece }) => [
      name,
      piece === undefined
        ? { path: "", bound: false, claim: "", volume: "" }
        : {
            path: places.place({ ...piece, path: mountPath, readOnly }).path,
            bound: true,
            claim: piece.claim,
            volume: piece.volume,
          },
    ]),
  );

function below(piece: Piece, directory: string): Piece {
  if (directory === "") return piece;
  return { ...piece, subPath: piece.subPath === undefined ? directory : join(piece.subPath, directory) };
}
