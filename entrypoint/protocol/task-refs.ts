// The value of -task_refs: where the entrypoint of one step finds what other fused Tasks produced.

/** By the first name in `$(tasks.<key>.…)`; keys may hold any character, in brackets: `$(tasks['a.b'].results.r)`. */
export type TaskRefs = Readonly<Record<string, TaskRef>>;

export interface TaskResults {
  /** Directory of result files; a result is the file of its name. */
  readonly results: string;
  /** Results that are elsewhere, by name: a Task result that is a step's, for one. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface TaskRef extends TaskResults {
  /** The provenance.json that says what an output of the Task is, by the output's name. */
  readonly artifacts?: Readonly<Record<string, string>>;
  /** Every provenance.json of the Task, its own and its steps': what an artifact is that nobody has declared. */
  readonly provenance?: readonly string[];
  /** Of a matrix: where the results of each of its Tasks are. */
  readonly instances?: readonly TaskResults[];
  /** Post file of each step of the Task: their statuses say why a result is missing, and what `.status` is. */
  readonly posts: readonly string[];
  /** `onError: continue` of the Task. */
  readonly tolerated?: boolean;
  /** Skip (`InputsSkipped`) whatever the reason a result is missing: Tasks of `finally`. */
  readonly missing?: "skip";
}
