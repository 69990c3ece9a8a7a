// What both entrypoints are put through: Tekton's contract, case by case.
import type { Case } from "./_differential.ts";

const UP = "echo > $MARK/up";
const RESULT = (name: string, text: string) => `printf '%s' '${text}' > /tekton/results/${name}`;
const STEP_RESULT = (name: string, text: string) =>
  `printf '%s' '${text}' > /tekton/run/0/status/results/${name}`;
const next = { script: 'printf "<%s>" "$@"; touch $MARK/second', after: true };
const words = (...given: readonly string[]) => ({
  after: true,
  words: ["-entrypoint", "sh", "--", "-c", 'printf "<%s>" "$@"; touch $MARK/second', "sh", ...given],
});

export const CASES: readonly Case[] = [
  { name: "success", steps: [{ script: "echo hello" }, next] },
  { name: "failure", because: ["exit-code-file"], steps: [{ script: "exit 3" }, next] },
  {
    name: "failure, onError continue",
    steps: [{ script: "exit 3", flags: ["-on_error", "continue"] }, next],
  },
  {
    name: "failure, an unknown onError",
    because: ["exit-code-file"],
    steps: [{ script: "exit 3", flags: ["-on_error", "sometimes"] }, next],
  },
  {
    name: "killed by a signal",
    because: ["signals", "exit-code-file"],
    steps: [{ script: "kill -TERM $$" }, next],
  },
  {
    name: "killed by a signal, onError continue",
    because: ["signals"],
    steps: [{ script: "kill -TERM $$", flags: ["-on_error", "continue"] }, next],
  },
  {
    name: "command not found",
    because: ["not-found"],
    steps: [{ words: ["-entrypoint", "no-such-command"] }, next],
  },
  {
    name: "command not found, onError continue",
    because: ["continue"],
    steps: [{ words: ["-entrypoint", "no-such-command"], flags: ["-on_error", "continue"] }, next],
  },
  {
    name: "command not executable",
    because: ["not-found"],
    steps: [{ words: ["-entrypoint", "/etc/passwd"] }, next],
  },
  {
    name: "timeout",
    because: ["timeout", "exit-code-file"],
    steps: [{ script: "exec sleep 20", flags: ["-timeout", "200ms"] }, next],
  },
  {
    name: "timeout, onError continue",
    because: ["continue", "timeout", "exit-code-file"],
    steps: [{ script: "exec sleep 20", flags: ["-timeout", "200ms", "-on_error", "continue"] }, next],
  },
  {
    name: "timeout, a command that wants to clean up",
    because: ["grace", "timeout", "exit-code-file"],
    steps: [
      {
        script: "trap 'touch $MARK/cleaned; exit' TERM; while :; do sleep 0.05; done",
        flags: ["-timeout", "200ms"],
      },
    ],
  },
  {
    name: "negative timeout",
    because: ["setup"],
    steps: [{ script: "true", flags: ["-timeout", "-1s"] }, next],
  },
  {
    name: "unknown flag",
    because: ["always-posts"],
    steps: [{ script: "true", flags: ["-no_such_flag"] }, next],
  },
  {
    name: "when holds",
    steps: [
      {
        script: "true",
        flags: [
          "-when_expressions",
          '[{"input":"a","operator":"in","values":["a","b"]},{"cel":"\'a\' == \'a\'"}]',
        ],
      },
      next,
    ],
  },
  {
    name: "when is false",
    steps: [
      {
        script: "touch $MARK/first",
        flags: ["-when_expressions", '[{"input":"a","operator":"notin","values":["a"]}]'],
      },
      next,
    ],
  },
  {
    name: "when with CEL is false",
    steps: [
      { script: "touch $MARK/first", flags: ["-when_expressions", "[{\"cel\":\"'a' == 'b'\"}]"] },
      next,
    ],
  },
  {
    name: "when with CEL that does not compile",
    because: ["setup"],
    steps: [{ script: "true", flags: ["-when_expressions", '[{"cel":"1 +"}]'] }, next],
  },
  {
    name: "when that is no JSON",
    because: ["always-posts", "setup"],
    steps: [{ script: "true", flags: ["-when_expressions", "nonsense"] }, next],
  },
  {
    name: "task results",
    because: ["own-results"],
    steps: [
      { script: RESULT("a", "1"), flags: ["-results", "a,b"] },
      { ...next, flags: ["-results", "a,b"] },
    ],
  },
  {
    name: "results of a failed step",
    because: ["exit-code-file"],
    steps: [{ script: `${RESULT("a", "1")}; exit 4`, flags: ["-results", "a"] }],
  },
  {
    name: "step results",
    steps: [
      { script: STEP_RESULT("r", "text"), flags: ["-step_results", "r"] },
      words("-$(steps.s0.results.r)-"),
    ],
  },
  {
    name: "a result that is too large",
    because: ["results-first"],
    steps: [
      { script: "head -c 5000 /dev/zero | tr '\\0' x > /tekton/results/a", flags: ["-results", "a"] },
      next,
    ],
  },
  {
    name: "results from sidecar logs",
    steps: [{ script: RESULT("a", "1"), flags: ["-results", "a", "-result_from", "sidecar-logs"] }],
  },
  {
    name: "a compressed message",
    steps: [
      {
        script: "head -c 5000 /dev/zero | tr '\\0' x > /tekton/results/a",
        flags: ["-results", "a", "-compress_termination_message"],
      },
    ],
  },
  {
    name: "a forged message",
    because: ["no-forging"],
    steps: [
      {
        script: `printf '%s' '[{"key":"Reason","value":"Skipped","type":3},{"key":"other","value":"x","type":1}]' > /tekton/run/0/termination`,
      },
    ],
  },
  {
    name: "array and object references",
    steps: [
      { script: `${STEP_RESULT("l", '["x","y z"]')}; ${STEP_RESULT("o", '{"k":"v"}')}` },
      words("$(steps.s0.results.l[1])", "$(steps.s0.results.l[*])", "$(steps.s0.results.o.k)"),
    ],
  },
  { name: "an empty array", steps: [{ script: STEP_RESULT("l", "[]") }, words("$(steps.s0.results.l[*])")] },
  {
    name: "an index out of range",
    because: ["references", "always-posts"],
    steps: [
      { script: STEP_RESULT("l", '["x"]') },
      words("$(steps.s0.results.l[9])"),
      { ...next, after: true },
    ],
  },
  {
    name: "a missing key",
    because: ["references"],
    steps: [{ script: STEP_RESULT("o", '{"k":"v"}') }, words("$(steps.s0.results.o.none)")],
  },
  {
    name: "a missing result",
    because: ["references"],
    steps: [{ script: "true" }, words("$(steps.s0.results.none)")],
  },
  {
    name: "a text that looks like an array",
    because: ["text"],
    steps: [{ script: STEP_RESULT("r", '["x"]') }, words("$(steps.s0.results.r)")],
  },
  {
    name: "a text that holds a reference",
    because: ["single-pass"],
    steps: [
      { script: `${STEP_RESULT("a", "$''(steps.s0.results.b)")}; ${STEP_RESULT("b", "B")}` },
      words("$(steps.s0.results.a) $(steps.s0.results.b)"),
    ],
  },
  {
    name: "an unknown reference",
    steps: [{ script: "true" }, words("$(params.x) $(HOME) $(steps.s0.other.r)")],
  },
  {
    name: "a wait file with content",
    steps: [{ words: ["-wait_file", "/tekton/downward/ready", "-wait_file_content", "-entrypoint", "true"] }],
    files: { "downward/ready": "READY" },
  },
  {
    name: "both endings of a predecessor",
    steps: [{ words: ["-wait_file", "/tekton/run/9/out", "-entrypoint", "true"] }],
    files: { "run/9/out": "", "run/9/out.err": "" },
  },
  {
    name: "cancel while running",
    because: ["cancel"],
    steps: [{ script: `${UP}; exec sleep 20` }],
    files: { "downward/cancel": "" },
    event: { write: "downward/cancel", text: "CANCEL" },
  },
  {
    name: "cancel while waiting",
    because: ["cancel-waiting"],
    steps: [{ script: "true", flags: ["-wait_file", "/tekton/run/9/out"] }],
    files: { "downward/cancel": "", "marks/up": "" },
    event: { write: "downward/cancel", text: "CANCEL" },
  },
  {
    name: "SIGTERM while running",
    because: ["sigterm"],
    steps: [{ script: `${UP}; trap 'exit 0' TERM; while :; do sleep 0.05; done` }, next],
    event: { signal: "SIGTERM", step: 0 },
  },
  {
    name: "SIGTERM while waiting",
    because: ["cancel-waiting", "always-posts"],
    steps: [{ script: "true", flags: ["-wait_file", "/tekton/run/9/out"] }, { ...next }, { script: UP }],
    event: { signal: "SIGTERM", step: 0 },
  },
  {
    name: "stdout to a file",
    steps: [
      {
        script: "echo out; sleep 0.1; echo err >&2",
        flags: ["-stdout_path", "/tekton/marks-out/o", "-stderr_path", "/tekton/marks-out/o"],
      },
    ],
    files: { "marks-out/o": "before\n" },
    show: ["marks-out/o"],
  },
  {
    name: "a background process that keeps stdout",
    because: ["held-output"],
    steps: [{ script: "sleep 15 & echo said", flags: ["-stdout_path", "/tekton/marks-out/o"] }],
    show: ["marks-out/o"],
  },
  {
    name: "the command of the platform",
    steps: [
      {
        words: [],
        environment: {
          TEKTON_PLATFORM_COMMANDS: '{"linux/amd64":["echo","amd"],"linux/arm64":["echo","arm"]}',
        },
      },
    ],
  },
  {
    name: "platform commands that are no JSON",
    because: ["always-posts", "setup"],
    steps: [{ words: [], environment: { TEKTON_PLATFORM_COMMANDS: "{" } }, next],
  },
  { name: "words like a subcommand", steps: [{ words: ["-entrypoint", "echo", "--", "cp", "a", "b"] }] },
  { name: "two dashes", steps: [{ words: ["-entrypoint", "echo", "--", "a", "--", "b"] }] },
  {
    name: "breakpoint on failure",
    because: ["breakpoint", "exit-code-file"],
    steps: [{ script: "exit 3", flags: ["-breakpoint_on_failure"] }],
    files: { "run/0/out.breakpointexit": "5\n" },
  },
  {
    name: "breakpoint before the step, failed",
    because: ["setup"],
    steps: [{ script: "touch $MARK/first", flags: ["-debug_before_step"] }, next],
    files: { "run/0/out.beforestepexit.err": "" },
  },
];
