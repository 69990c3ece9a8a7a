// What a run was, as data: events while it happens, one record when it is over. The same for every backend.

import type { ArtifactStatus, Ending, Reason, StepStatus } from "../entrypoint/protocol/index.ts";

export type ResultValue = string | readonly string[] | { readonly [key: string]: string };

/** Times are RFC 3339 UTC with milliseconds. The last event of every stream is `runFinished`. */
export type RunEvent =
  | { readonly type: "runStarted"; readonly at: string; readonly run: string; readonly backend: string }
  /** One sentence about how the run is carried out ("no mount namespace here: paths are substituted"). */
  | { readonly type: "notice"; readonly at: string; readonly message: string }
  | { readonly type: "stepStarted"; readonly at: string; readonly step: string; readonly attempt: number }
  /** One line of the step's output, without its newline. */
  | {
      readonly type: "log";
      readonly at: string;
      readonly step: string;
      readonly stream: "stdout" | "stderr";
      readonly line: string;
    }
  | { readonly type: "stepFinished"; readonly at: string; readonly step: string; readonly status: StepStatus }
  | { readonly type: "taskFinished"; readonly at: string; readonly task: TaskRecord }
  | { readonly type: "runFinished"; readonly at: string; readonly record: RunRecord };

export interface RunRecord {
  readonly apiVersion: "baton.run/v1alpha1";
  readonly kind: "RunRecord";
  readonly name: string;
  readonly source: { readonly kind: string; readonly name: string; readonly file: string };
  readonly backend: string;
  readonly state: RunState;
  /** One sentence: why it ended so, naming the step. */
  readonly message: string;
  /** What `baton run` exits with: 0, or the code of the first failing step. */
  readonly exitCode: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly tasks: readonly TaskRecord[];
  /** In plan order, `step` being the container name. */
  readonly steps: readonly StepStatus[];
  readonly results: readonly ResultRecord[];
  /** What steps have left, in plan order. */
  readonly artifacts: readonly ArtifactRecord[];
}

/** An immutable reference: what it is, where it was, what it hashes to; `size` in bytes where it was data of the run. */
export interface ArtifactRecord extends ArtifactStatus {
  readonly step: string;
}

export type RunState = "succeeded" | "failed" | "cancelled" | "timedOut";

export interface TaskRecord {
  readonly name: string;
  /** A Task's ending: skipped when all its steps were, else the worst of its steps'. */
  readonly state: Ending;
  readonly reason?: Reason;
  readonly steps: readonly string[];
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly results: readonly ResultRecord[];
}

export interface ResultRecord {
  readonly name: string;
  readonly value: ResultValue;
}
