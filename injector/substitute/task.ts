// What a Task may say about itself: `$(workspaces.…)`, `$(results.r.path)`, `$(context.…)` and the rest of the
// references that are answered by where things are.

import { type Context, contextLookup } from "./context.ts";
import { asData } from "./data.ts";
import type { Lookup } from "./text.ts";

/** Where a Task finds its own things, as its steps see them. */
export interface TaskPlaces {
  readonly results: string;
  readonly steps: string;
  readonly artifacts: string;
  readonly scripts: string;
  readonly workspace: string;
  readonly credentials: string;
}

/** `path` is "" where an optional workspace is not bound. */
export interface WorkspaceFacts {
  readonly path: string;
  readonly bound: boolean;
  readonly claim: string;
  readonly volume: string;
}

/** References that are the same for all steps of a Task. */
export const taskLookup =
  (places: TaskPlaces, workspaces: ReadonlyMap<string, WorkspaceFacts>, context: Context): Lookup =>
  (reference) => {
    if (reference.index !== undefined) return undefined;
    const [room = "", ...rest] = reference.path;
    if (room === "context") return contextLookup(context)(reference);
    if (room === "workspaces")
      return rest.length === 2 ? dataIn(workspaceFact(workspaces.get(rest[0] ?? ""), rest[1])) : undefined;
    return ownPath(places, room, rest);
  };

/** References of a step to itself; `step` is its name among the Task's steps. */
export const stepLookup =
  (places: TaskPlaces, step: string): Lookup =>
  ({ path, index }) => {
    const [room, kind, name, last] = path;
    if (room !== "step" || index !== undefined) return undefined;
    const own = `${places.steps}/step-${step}`;
    if (kind === "results" && path.length === 4 && last === "path") return `${own}/results/${name}`;
    return kind === "artifacts" && path.length === 3 && name === "path"
      ? `${own}/artifacts/provenance.json`
      : undefined;
  };

const dataIn = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : asData(text);

function ownPath(places: TaskPlaces, room: string, rest: readonly string[]): string | undefined {
  const [name = "", what] = rest;
  if (rest.at(-1) !== "path") return undefined;
  if (room === "results" && rest.length === 2) return `${places.results}/${name}`;
  if (room === "steps" && rest.length === 3 && what === "exitCode") return `${places.steps}/${name}/exitCode`;
  if (rest.length !== 1) return undefined;
  return room === "artifacts"
    ? `${places.artifacts}/provenance.json`
    : room === "credentials"
      ? places.credentials
      : undefined;
}

function workspaceFact(facts: WorkspaceFacts | undefined, field: string | undefined): string | undefined {
  if (facts === undefined) return undefined;
  switch (field) {
    case "path":
      return facts.path;
    case "bound":
      return String(facts.bound);
    case "claim":
      return facts.claim;
    case "volume":
      return facts.volume;
    default:
      return undefined;
  }
}
