// Every flag of the entrypoint, once: it reads its argv with this table, the injector writes argv with it, and with
// flag-help.ts the help text and docs/entrypoint.md are made from it. `from` says whose contract the flag is.

/** Numbers and durations are never negative. */
export type FlagKind = "string" | "bool" | "int" | "duration" | "list" | "repeated";

interface FlagSpec {
  readonly kind: FlagKind;
  readonly from: "tekton" | "baton";
}

export const FLAG_TABLE = {
  entrypoint: { kind: "string", from: "tekton" },
  wait_file: { kind: "list", from: "tekton" },
  wait_file_content: { kind: "bool", from: "tekton" },
  wait_settled: { kind: "list", from: "baton" },
  post_file: { kind: "string", from: "tekton" },
  termination_path: { kind: "string", from: "tekton" },
  termination_budget: { kind: "int", from: "baton" },
  result_overflow: { kind: "string", from: "baton" },
  results: { kind: "list", from: "tekton" },
  step_results: { kind: "list", from: "tekton" },
  result_types: { kind: "string", from: "baton" },
  step_result_types: { kind: "string", from: "baton" },
  results_dir: { kind: "string", from: "baton" },
  steps_dir: { kind: "string", from: "baton" },
  artifacts_dir: { kind: "string", from: "baton" },
  artifacts: { kind: "string", from: "baton" },
  cache: { kind: "string", from: "baton" },
  script: { kind: "string", from: "baton" },
  result_from: { kind: "string", from: "tekton" },
  compress_termination_message: { kind: "bool", from: "tekton" },
  step_name: { kind: "string", from: "baton" },
  step_metadata_dir: { kind: "string", from: "tekton" },
  when_expressions: { kind: "string", from: "tekton" },
  timeout: { kind: "duration", from: "tekton" },
  grace_period: { kind: "duration", from: "baton" },
  on_error: { kind: "string", from: "tekton" },
  retries: { kind: "int", from: "baton" },
  retry_backoff: { kind: "duration", from: "baton" },
  linger: { kind: "string", from: "baton" },
  follow: { kind: "bool", from: "baton" },
  confined: { kind: "bool", from: "baton" },
  ready_test: { kind: "repeated", from: "baton" },
  ready_timeout: { kind: "duration", from: "baton" },
  ready_limit: { kind: "duration", from: "baton" },
  working_dir: { kind: "string", from: "baton" },
  layout: { kind: "string", from: "baton" },
  stdout_path: { kind: "string", from: "tekton" },
  stderr_path: { kind: "string", from: "tekton" },
  breakpoint_on_failure: { kind: "bool", from: "tekton" },
  debug_before_step: { kind: "bool", from: "tekton" },
  run_timeout: { kind: "duration", from: "baton" },
  task_name: { kind: "string", from: "baton" },
  task_when: { kind: "string", from: "baton" },
  fail_fast: { kind: "bool", from: "baton" },
  task_tolerated: { kind: "bool", from: "baton" },
  task_refs: { kind: "string", from: "baton" },
  references: { kind: "string", from: "baton" },
  task_retries: { kind: "int", from: "baton" },
  task_end: { kind: "string", from: "baton" },
  task_timeout: { kind: "duration", from: "baton" },
  task_start: { kind: "string", from: "baton" },
  "basic-docker": { kind: "repeated", from: "tekton" },
  "docker-config": { kind: "repeated", from: "tekton" },
  "docker-cfg": { kind: "repeated", from: "tekton" },
  "basic-git": { kind: "repeated", from: "tekton" },
  "ssh-git": { kind: "repeated", from: "tekton" },
  enable_spire: { kind: "bool", from: "tekton" },
  spire_socket_path: { kind: "string", from: "tekton" },
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
