// What a Task may say about itself: `$(workspaces.…)`, `$(results.r.path)` and the rest of the
// references that are answered by where things are.

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
  (places: TaskPlaces, workspaces: ReadonlyMap<string, WorkspaceFacts>): Lookup =>
  (reference) => {
    if (reference.index !== undefined) return undefined;
    const [room = "", ...rest] = reference.path;
    if (room === "workspaces")
      return dataIn(workspaceFact(workspaces.get(rest.slice(0, -1).join(".")), rest.at(-1)));
    return ownPath(places, room, rest);
  };

/** References of a step to itself; `step` is its name among the Task's steps. */
export const stepLookup =
  (places: TaskPlaces, step: string): Lookup =>
  ({ path, index }) => {
    const [room, kind, ...rest] = path;
    if (room !== "step" || rest.at(-1) !== "path" || index !== undefined) return undefined;
    const own = `${places.steps}/step-${step}`;
    const name = rest.slice(0, -1).join(".");
    if (kind === "results" && name !== "") return `${own}/results/${name}`;
    return kind === "artifacts" && name === "" ? `${own}/artifacts/provenance.json` : undefined;
  };

const dataIn = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : asData(text);

function ownPath(places: TaskPlaces, room: string, rest: readonly string[]): string | undefined {
  const [name = "", what] = rest;
  if (rest.at(-1) !== "path") return undefined;
  if (room === "results" && rest.length > 1) return `${places.results}/${rest.slice(0, -1).join(".")}`;
  if (room === "steps" && rest.length === 3 && what === "exitCode") return `${places.steps}/${name}/exitCode`;
  if (rest.length !== 1) return undefined;
  return room === "artifacts"
    ? `${places.artifacts}/provenance.json`
    : room === "credentials"
      ? places.credentials
      : undefined;
}

/** One that nobody declares, and so nobody has bound, is not bound. */
function workspaceFact(facts: WorkspaceFacts | undefined, field: string | undefined): string | undefined {
  if (facts === undefined) return field === "bound" ? "false" : undefined;
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
