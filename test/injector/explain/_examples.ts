// An example of every known ending: what is recorded, what was said, where it ran.
import type { StepStatus } from "../../../entrypoint/protocol/index.ts";

export interface Example {
  readonly ending: string;
  readonly status: Partial<StepStatus>;
  readonly lines?: readonly string[];
  readonly on?: string;
}

type Reason = NonNullable<StepStatus["reason"]>;

const at = "2026-01-02T03:04:05.678Z";

export const statusOf = (fields: Partial<StepStatus>): StepStatus => ({
  protocol: 1,
  step: "step-build",
  state: "failed",
  by: "entrypoint",
  attempt: 1,
  waitingSince: at,
  ...fields,
});

const by = (ending: string, reason: Reason, message: string, more: Partial<Example> = {}): Example => ({
  ending,
  status: { reason, message, ...(reason === "StepLost" ? { state: "lost" } : {}) },
  ...more,
});
const said = (ending: string, ...lines: readonly string[]): Example => ({
  ending,
  status: { by: "command", exitCode: 1, message: "the command exited with 1" },
  lines,
});
const ended = (ending: string, signal: string, number: number): Example => ({
  ending,
  status: { by: "command", signal, exitCode: 128 + number, message: `the command was ended by ${signal}` },
});
const exited = (ending: string, exitCode: number, more: Partial<Example> = {}): Example => ({
  ending,
  status: { by: "command", exitCode, message: `the command exited with ${exitCode}` },
  ...more,
});
const here = { on: "local" };

export const EXAMPLES: readonly Example[] = [
  by(
    "script-crlf",
    "CommandNotFound",
    "/tekton/scripts/x: its lines end as on Windows (CR LF): Unix looks for /bin/sh\\r",
  ),
  by(
    "loader-not-found",
    "CommandNotFound",
    "/bin/x: its interpreter (a dynamic loader) is not there: no such file",
  ),
  by(
    "loader-not-found",
    "CommandNotFound",
    "/x: its interpreter /lib64/ld-linux-x86-64.so.2 is not there: no such file",
  ),
  by("interpreter-not-found", "CommandNotFound", "/s: its interpreter /bin/bash is not there: no such file"),
  by("interpreter-not-found", "CommandNotFound", "/s: its interpreter /bin/bash: no such file", here),
  by("command-not-found", "CommandNotFound", "go: command not found in PATH (/usr/bin:/bin)", here),
  by("command-not-found", "CommandNotFound", "go: command not found in PATH (/usr/bin:/bin)"),
  by("no-such-program", "CommandNotFound", "./build.sh: no such file"),
  by("no-such-program", "CommandNotFound", "./build.sh: no such file", here),
  by(
    "noexec",
    "CommandNotExecutable",
    "/w/x: permission denied: its file system is mounted noexec; put it on a volume that is not",
  ),
  by("is-a-directory", "CommandNotExecutable", "/usr: is a directory"),
  by(
    "other-machine",
    "CommandNotExecutable",
    "/x: exec format error: built for arm64, and this machine is x86_64",
  ),
  by(
    "exec-format",
    "CommandNotExecutable",
    "/x: exec format error: neither a program for this system nor a script with #!",
  ),
  by(
    "not-executable",
    "CommandNotExecutable",
    "/x: permission denied: the file, or its interpreter, has no execute permission",
  ),
  by(
    "words-too-long",
    "CannotPrepare",
    "/bin/sh: argument list too long (its arguments and environment together)",
  ),
  by(
    "working-directory",
    "CannotPrepare",
    "the working directory /src cannot be entered: /src: permission denied",
  ),
  by("secret-incomplete", "CannotPrepare", 'the secret "hub" has no username'),
  by("cannot-prepare", "CannotPrepare", "/tekton/run: read-only file system"),
  by("invalid-flags", "InvalidFlags", "nothing to run: give -entrypoint"),
  by(
    "result-missing",
    "InvalidReference",
    "$(steps.a.results.version): there is no result /tekton/steps/step-a/results/version",
  ),
  by(
    "invalid-reference",
    "InvalidReference",
    "$(tasks.a.results.list[3]): the result has 2 items, counted from 0",
  ),
  by("invalid-expression", "InvalidExpression", "when: 1 + : unexpected end"),
  by(
    "result-too-large",
    "ResultTooLarge",
    'the results, the largest being "log" with 5000 bytes, cannot be reported',
  ),
  by("result-type", "ResultInvalid", 'result "list" is no list of texts: it is not JSON (a b)'),
  by("result-unreadable", "CannotRecord", "a result cannot be read: /tekton/results/x: is a directory"),
  by(
    "cannot-record",
    "CannotRecord",
    "the ending could not be recorded: the run directory cannot be written (is the disk full?)",
  ),
  by("artifact-missing", "ArtifactMissing", 'artifact "bin": there is no /workspace/bin'),
  by("artifact-changed", "ArtifactChanged", 'artifact "src" of step-clone has changed: main.go'),
  by("artifact-invalid", "ArtifactInvalid", 'artifact "bin": /workspace/bin is a socket'),
  by("timeout-step", "TimeoutExceeded", "the step exceeded its timeout of 30s"),
  by("timeout-task", "TimeoutExceeded", "the Task exceeded its timeout of 5m0s"),
  by("timeout-run", "TimeoutExceeded", "the run exceeded its timeout of 1h0m0s"),
  by("breakpoint-failed", "BreakpointFailed", "failed at the breakpoint before the step"),
  by("cancelled-signal", "Cancelled", "cancelled by SIGINT"),
  by("cancelled-from-outside", "Cancelled", "cancelled by /tekton/downward/cancel"),
  by(
    "out-of-memory",
    "StepLost",
    "step-x was killed before it could report: it needed more memory than its limit",
  ),
  by("engine-gone", "StepLost", "docker went away before it could report"),
  by("entrypoint-not-started", "StepLost", "its entrypoint could not be started: spawn EAGAIN"),
  by("removed", "StepLost", "step-x was removed before it could report"),
  by("killed", "StepLost", "its entrypoint ended without a record, SIGKILL"),
  by("killed", "StepLost", "step-x was killed before it could report"),
  { ending: "lost", status: { state: "lost" } },
  said("disk-full", "cp: error writing 'x': No space left on device"),
  said(
    "heap-out-of-memory",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
  ),
  said("heap-out-of-memory", "Traceback (most recent call last):", "MemoryError"),
  said("name-not-resolved", "fatal: unable to access 'https://x/': Could not resolve host: x"),
  said("connection-refused", "curl: (7) Failed to connect to localhost port 1: Connection refused"),
  said("certificate", "x509: certificate signed by unknown authority"),
  said("not-authorized", "git@example.com: Permission denied (publickey)."),
  said("git-ownership", "fatal: detected dubious ownership in repository at '/workspace/src'"),
  said("read-only", "touch: cannot touch '/x': Read-only file system"),
  said("permission-denied", "sh: 3: cannot create /etc/x: Permission denied"),
  said("bad-option-of-sh", "/tekton/scripts/script-0: 2: set: Illegal option -o pipefail"),
  said("unset-variable", "script: line 2: TOKEN: unbound variable"),
  said("unset-variable", "script: 2: TOKEN: parameter not set"),
  said("module-not-found", "ModuleNotFoundError: No module named 'numpy'"),
  said("module-not-found", "Error: Cannot find module 'left-pad'"),
  exited("said-not-found", 127, { lines: ["script: 2: go: not found", "more"], ...here }),
  exited("said-not-found", 127, { lines: ["script: line 2: go: command not found"] }),
  said("no-such-file", "cat: x.txt: No such file or directory"),
  ended("killed-by-sigkill", "SIGKILL", 9),
  exited("killed-by-sigkill", 137),
  ended("killed-by-sigsegv", "SIGSEGV", 11),
  exited("killed-by-sigsegv", 139),
  ended("killed-by-sigabrt", "SIGABRT", 6),
  ended("killed-by-sigill", "SIGILL", 4),
  ended("killed-by-sigpipe", "SIGPIPE", 13),
  ended("killed-by-sigterm", "SIGTERM", 15),
  ended("killed-by-signal", "SIGUSR1", 10),
  exited("exit-126", 126),
  exited("exit-127", 127),
  exited("exit-124", 124),
  { ending: "sidecar-ended", status: { by: "command" } },
  exited("exit-code", 3, { lines: ["1 test failed"] }),
];
