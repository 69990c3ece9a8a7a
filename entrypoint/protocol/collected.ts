// What `entrypoint collect` prints, as one line of JSON: the whole run, where no kubelet hands messages on.

import type { StepStatus } from "./status.ts";

export interface CollectedRun {
  readonly protocol: number;
  /** In the order of -wait_settled; a step that never said anything is `lost`. */
  readonly steps: readonly StepStatus[];
  /** By Task (the keys of -task_refs, "" excepted) and name: the text of each result that exists, of any size. */
  readonly results: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
