// Every flag of the entrypoint, once: it reads its argv with this table, the injector writes argv with it, and the
// help text and docs/entrypoint.md are made from it. `from` says whose contract the flag is.

/** Numbers and durations are never negative. */
export type FlagKind = "string" | "bool" | "int" | "duration" | "list" | "repeated";

interface FlagSpec {
  readonly kind: FlagKind;
  readonly from: "tekton" | "baton";
  readonly help: string;
}

export const FLAG_TABLE = {
  entrypoint: {
    kind: "string",
    from: "tekton",
    help: "the command to run: one word; its arguments come after --",
  },
  wait_file: { kind: "list", from: "tekton", help: "files to wait for; <file>.err means: skip this step" },
  wait_file_content: { kind: "bool", from: "tekton", help: "a wait file counts only when it is not empty" },
  wait_settled: {
    kind: "list",
    from: "baton",
    help: "files to wait for in either ending, <file> or <file>.err (finally)",
  },
  post_file: {
    kind: "string",
    from: "tekton",
    help: "file to create when the step is done; <file>.err when it failed",
  },
  termination_path: {
    kind: "string",
    from: "tekton",
    help: "file of the termination message (/tekton/termination)",
  },
  termination_budget: { kind: "int", from: "baton", help: "bytes the termination message may take (4096)" },
  result_overflow: {
    kind: "string",
    from: "baton",
    help: "result over the budget: fail, or spill (refer to its file by digest)",
  },
  results: { kind: "list", from: "tekton", help: "names of Task results to report" },
  step_results: { kind: "list", from: "tekton", help: "names of step results to report" },
  result_types: {
    kind: "string",
    from: "baton",
    help: "JSON {name: {type, keys}}: Task results that must be lists or maps when this step, the Task's last, has ended",
  },
  step_result_types: {
    kind: "string",
    from: "baton",
    help: "the same of this step's own results",
  },
  results_dir: { kind: "string", from: "baton", help: "where Task results are written (/tekton/results)" },
  steps_dir: {
    kind: "string",
    from: "baton",
    help: "where the steps of this Task are linked by name (/tekton/steps)",
  },
  artifacts_dir: {
    kind: "string",
    from: "baton",
    help: "where the Task's provenance.json is (/tekton/artifacts)",
  },
  artifacts: {
    kind: "string",
    from: "baton",
    help: "JSON {inputs, outputs}: data to verify before the command runs, and to hash once it has succeeded",
  },
  script: {
    kind: "string",
    from: "baton",
    help: "the command's script: $(tasks.…) and $(context.task.retry-count) in it are replaced in a private copy, which runs instead",
  },
  result_from: { kind: "string", from: "tekton", help: "termination-message, or sidecar-logs" },
  compress_termination_message: {
    kind: "bool",
    from: "tekton",
    help: "deflate the termination message where that is smaller",
  },
  step_name: { kind: "string", from: "baton", help: "this step's name in records and messages" },
  step_metadata_dir: {
    kind: "string",
    from: "tekton",
    help: "directory for exitCode, status.json, results/ and artifacts/",
  },
  when_expressions: {
    kind: "string",
    from: "tekton",
    help: "JSON list of {input,operator,values} or {cel}; any false skips the step",
  },
  timeout: { kind: "duration", from: "tekton", help: "limit for one run of the command; 0 is none" },
  grace_period: {
    kind: "duration",
    from: "baton",
    help: "from TERM to KILL when the command is ended early (10s)",
  },
  on_error: {
    kind: "string",
    from: "tekton",
    help: "stopAndFail, continue, continueAndFail or stopAndSucceed",
  },
  retries: { kind: "int", from: "baton", help: "times to run a failed command again, in place" },
  retry_backoff: {
    kind: "duration",
    from: "baton",
    help: "pause before the first retry; doubles, with jitter, up to 5m",
  },
  linger: {
    kind: "string",
    from: "baton",
    help: "after the end stay until whoever posts to this file has, or is gone; keeps the exit code",
  },
  follow: {
    kind: "bool",
    from: "baton",
    help: "collect: also a line for each step that starts or settles, and for each Task that has ended",
  },
  working_dir: {
    kind: "string",
    from: "baton",
    help: "directory to enter, and to make where it is missing, when the step's turn has come",
  },
  stdout_path: { kind: "string", from: "tekton", help: "file that also gets the command's standard output" },
  stderr_path: { kind: "string", from: "tekton", help: "file that also gets the command's standard error" },
  breakpoint_on_failure: {
    kind: "bool",
    from: "tekton",
    help: "on failure wait for <post_file>.breakpointexit",
  },
  debug_before_step: {
    kind: "bool",
    from: "tekton",
    help: "before running wait for <post_file>.beforestepexit",
  },
  run_timeout: {
    kind: "duration",
    from: "baton",
    help: "limit from this entrypoint's start to the step's end, waiting included",
  },
  task_name: { kind: "string", from: "baton", help: "the fused Task this step belongs to" },
  task_when: {
    kind: "string",
    from: "baton",
    help: "like -when_expressions, for the whole Task (first steps only)",
  },
  fail_fast: {
    kind: "bool",
    from: "baton",
    help: "the Task does not begin where a step of another Task had failed before its turn came (first steps only)",
  },
  task_tolerated: {
    kind: "bool",
    from: "baton",
    help: "the Task may fail: what becomes of it keeps no other from beginning",
  },
  task_refs: {
    kind: "string",
    from: "baton",
    help: "JSON {task: {results, posts, …}}: where $(tasks.…) references are read",
  },
  task_retries: { kind: "int", from: "baton", help: "times to run all steps of the Task again" },
  task_end: {
    kind: "string",
    from: "baton",
    help: "post file of the Task's last step: its ending decides an attempt",
  },
  task_timeout: { kind: "duration", from: "baton", help: "limit for one attempt of the Task" },
  task_start: {
    kind: "string",
    from: "baton",
    help: "post file of the Task's first step: -task_timeout counts from its start",
  },
  "basic-docker": { kind: "repeated", from: "tekton", help: "secret=url of docker basic authentication" },
  "docker-config": { kind: "repeated", from: "tekton", help: "secret with a .docker/config.json" },
  "docker-cfg": { kind: "repeated", from: "tekton", help: "secret with a .dockercfg" },
  "basic-git": { kind: "repeated", from: "tekton", help: "secret=url of git basic authentication" },
  "ssh-git": { kind: "repeated", from: "tekton", help: "secret=url of git over ssh" },
  enable_spire: { kind: "bool", from: "tekton", help: "refused: Baton signs its provenance instead" },
  spire_socket_path: { kind: "string", from: "tekton", help: "ignored without -enable_spire" },
} as const satisfies Readonly<Record<string, FlagSpec>>;

export type FlagName = keyof typeof FLAG_TABLE;

interface KindType {
  readonly string: string;
  readonly bool: boolean;
  readonly int: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly list: readonly string[];
  readonly repeated: readonly string[];
}

/** Flags as values. A flag that was not given is absent: defaults belong to whoever uses the flag. */
export type Flags = { readonly [N in FlagName]?: KindType[(typeof FLAG_TABLE)[N]["kind"]] };
