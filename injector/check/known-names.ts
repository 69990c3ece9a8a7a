// The names that are known where a text stands.

import type { Artifacts, ParamSpec } from "../documents/spec.ts";
import type { Steps } from "./step-references.ts";
import type { Tasks } from "./task-references.ts";

/** What texts may refer to. `undefined` for a param says that it exists but nothing is known of its type. */
export interface Names {
  readonly params: ReadonlyMap<string, ParamSpec | undefined>;
  readonly workspaces?: ReadonlySet<string>;
  /** The Task's results. */
  readonly results?: ReadonlySet<string>;
  /** The step's own results. */
  readonly stepResults?: ReadonlySet<string>;
  readonly steps?: Steps;
  /** Inputs and outputs of the step. */
  readonly artifacts?: Artifacts;
  /** Tasks of the Pipeline that it stands in. */
  readonly tasks?: Tasks;
  /** … and which of its parts, where a Task is written into it. */
  readonly around?: "pipeline" | "finally";
}
