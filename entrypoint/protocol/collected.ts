// What `entrypoint collect` prints, as one line of JSON: the whole run, where no kubelet hands messages on.

import type { StepStatus } from "./status.ts";

/** A line of `collect -follow`; the last line is the CollectedRun. Results of a Task come before its last step's ending. */
export type CollectedEvent =
  | { readonly post: string; readonly status: StepStatus }
  | { readonly task: string; readonly results: Readonly<Record<string, string>> };

export interface CollectedRun {
  readonly protocol: number;
  /** In the order of -wait_settled; a step that never said anything is `lost`. */
  readonly steps: readonly StepStatus[];
  /** By Task (the keys of -task_refs, "" excepted) and name: the text of each result that exists, of any size. */
  readonly results: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
