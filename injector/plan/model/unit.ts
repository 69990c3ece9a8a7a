// What the planner works on between a resolved Task and planned steps: a unit is one Task with its own directories and
// names; a leaf is one of its steps, with everything replaced that is known before the run.

import { sourceIn } from "../../documents/artifacts.ts";
import type {
  ParamValue,
  Raw,
  ResultSpec,
  SidecarSpec,
  StepSpec,
  WhenExpression,
} from "../../documents/spec.ts";
import type { PodSettings } from "../../resolve/resolved.ts";
import { type LeafKey, type TaskKey, taskKey } from "./keys.ts";
import type { Edge } from "./plan.ts";

export interface Unit {
  readonly key: TaskKey;
  /** The Tasks around it, outermost first. */
  readonly parents: readonly TaskKey[];
  readonly displayName?: string;
  /** How people call it, where it is one of a matrix, or in one: `train[lr=0.01]`. */
  readonly label?: string;
  readonly finally: boolean;
  /** A `finally` member of the Task around it. */
  readonly always: boolean;
  readonly elements: readonly Element[];
  readonly results: readonly UnitResult[];
  /** What its own inputs are bound to; one without `from` is that of the Task around it. */
  readonly inputs: readonly { readonly name: string; readonly from?: string }[];
  readonly workspaces: readonly BoundWorkspace[];
  readonly sidecars: readonly SidecarSpec[];
  readonly volumes: readonly Raw[];
  /** Late references only. */
  readonly when: readonly WhenExpression[];
  /** The Task's params, for records and provenance. */
  readonly params: ReadonlyMap<string, ParamValue>;
  readonly retries: number;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly tolerated: boolean;
  /** Where it differs from the run's. */
  readonly pod?: PodSettings;
  readonly computeResources?: Raw;
}

/** A member of a Task's list of steps. `needs` are names of other members; absent means the one before. */
export type Element = (
  | { readonly kind: "step"; readonly leaf: Leaf }
  | { readonly kind: "unit"; readonly name: string; readonly unit: Unit }
) & {
  readonly needs?: readonly string[];
  /** Members whose artifacts it is given. */
  readonly givenBy?: readonly string[];
};

export interface Leaf {
  readonly id: LeafKey;
  readonly unit: TaskKey;
  /** Its place in the Task's own list, from 0. */
  readonly position: number;
  /** The user's name, or `unnamed-<position>`. */
  readonly name: string;
  readonly spec: StepSpec;
  /** A `finally` step: it runs once, whatever became of the others. */
  readonly always: boolean;
}

/** A Task result: written to the Task's directory by any step, or lifted from one step or inner Task. */
export interface UnitResult extends ResultSpec {
  readonly lifted?: { readonly element: string; readonly result: string };
}

export interface BoundWorkspace {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** Absent where an optional workspace is not bound. */
  readonly piece?: Piece;
}

/** A directory of a volume of the plan. */
export interface Piece {
  readonly volume: string;
  /** The same for two volumes that are the same data: one claim, one folder. */
  readonly identity: string;
  readonly subPath?: string;
  readonly readOnly: boolean;
  /** Name of the claim behind it, "" for none (`$(workspaces.x.claim)`). */
  readonly claim: string;
}

export const isAlways = (element: Element): boolean =>
  element.kind === "step" ? element.leaf.always : element.unit.always;

export const leavesOf = (unit: Unit): readonly Leaf[] =>
  unit.elements.flatMap((element) => (element.kind === "step" ? [element.leaf] : leavesOf(element.unit)));

/** The unit and all units inside it, outermost first. */
export const unitsOf = (unit: Unit): readonly Unit[] => [
  unit,
  ...unit.elements.flatMap((element) => (element.kind === "unit" ? unitsOf(element.unit) : [])),
];

/** One Task waits for another. Of the earlier one there may be nothing yet (a matrix that a result decides). */
export interface TaskEdge {
  readonly before: TaskKey;
  readonly after: TaskKey;
  /** What has to become of the one before, if the other is to run. */
  readonly on: Edge["on"];
  readonly because: "written" | "finally" | SharedData;
}

/** Order that nobody wrote. */
export interface SharedData {
  /** The Task's name for the workspace, in `after`. */
  readonly workspace: string;
}

/** Keys of other Tasks of the run whose artifacts this one is given. */
export const givingTasks = (unit: Unit): readonly TaskKey[] =>
  unit.inputs.flatMap(({ from }) => {
    const source = from === undefined ? undefined : sourceIn(from);
    return source?.room === "tasks" ? [taskKey(source.owner)] : [];
  });
