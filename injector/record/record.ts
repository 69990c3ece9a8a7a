// What a run was, as data: events while it happens, one record when it is over. The same for every backend.

import type {
  ArtifactStatus,
  DigestSet,
  Ending,
  Reason,
  StepStatus,
} from "../../entrypoint/protocol/index.ts";
import type { SourceRecord } from "../documents/source.ts";
import type { ParamValue, WorkspaceBinding } from "../documents/spec.ts";

export type ResultValue = string | readonly string[] | { readonly [key: string]: string };

/**
 * Times are RFC 3339 UTC with milliseconds. `step` is the name of a step's container, or of a sidecar's. What is told of a step
 * comes after the endings of those that it waited for. The last event of every stream is `runFinished`.
 */
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

/** Lines that a step said at once: as they travel inside, where one event for each would cost more than the lines. */
export interface Lines {
  readonly type: "lines";
  readonly at: string;
  readonly step: string;
  readonly stream: "stdout" | "stderr";
  readonly lines: readonly string[];
}

/** A run's stream before each line has become an event of its own (each-line.ts). */
export type StreamEvent = RunEvent | Lines;

/** The events that only a backend can know of; it reports the ending of every step exactly once. */
export type Observation = Extract<
  StreamEvent,
  { readonly type: "notice" | "stepStarted" | "log" | "lines" | "stepFinished" }
>;

export interface RunRecord {
  readonly apiVersion: "baton.run/v1alpha1";
  readonly kind: "RunRecord";
  /** Of this run and no other. */
  readonly id: string;
  readonly name: string;
  /** Of baton. */
  readonly version: string;
  readonly source: { readonly kind: string; readonly name: string; readonly file: string };
  /** What was asked for; absent where a plan was run by itself. */
  readonly request?: RunRequest;
  readonly backend: string;
  /** Digest of the program that ran the steps; absent where none was to be run. */
  readonly entrypoint?: DigestSet;
  /** Of steps and sidecars, each once. */
  readonly images: readonly ImageRecord[];
  readonly state: RunState;
  /** One sentence: why it ended so, naming the step. */
  readonly message: string;
  /** What `baton run` exits with: 0, or the code of the first failing step. */
  readonly exitCode: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly tasks: readonly TaskRecord[];
  /** In plan order, `step` being the container name. */
  readonly steps: readonly StepRecord[];
  readonly results: readonly ResultRecord[];
  /** What steps have left, in plan order. */
  readonly artifacts: readonly ArtifactRecord[];
}

export interface StepRecord extends StepStatus {
  /** How people call it, where its Task is one of a matrix: `train[lr=0.01]-fit`. */
  readonly label?: string;
}

export interface RunRequest {
  /** What was picked to be run, as `--target` has it. */
  readonly target: string;
  /** With their defaults; never what a Secret holds. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly workspaces: Readonly<Record<string, Omit<WorkspaceBinding, "name">>>;
  /** Texts that it was read from: the files given, and what references led to. */
  readonly sources: readonly SourceRecord[];
}

export interface ImageRecord {
  /** As the steps have it. */
  readonly image: string;
  /** `linux/amd64` */
  readonly platform: string;
  /** Where the engine has it from, registry included; absent where it is of no repository. */
  readonly repository?: string;
  /** In its repository, or the engine's own id where there is none; absent where the engine could not tell. */
  readonly digest?: DigestSet;
}

/** An immutable reference: what it is, where it was, what it hashes to; `size` in bytes where it was data of the run. */
export interface ArtifactRecord extends ArtifactStatus {
  readonly step: string;
}

export type RunState = "succeeded" | "failed" | "cancelled" | "timedOut";

export interface TaskRecord {
  readonly name: string;
  /** How people call it, where it is one of a matrix: `train[lr=0.01]`. */
  readonly label?: string;
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
