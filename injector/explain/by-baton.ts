// Endings that the entrypoint or the backend has told: their record says what happened, the cure is here.

import { type Facts, type KnownEnding, ruled, told } from "./ending.ts";

const isLocal = ({ on }: Facts): boolean => on === "local";

const NOT_STARTED: readonly KnownEnding[] = [
  told("script-crlf", "CommandNotFound", /as on Windows/, {
    why: "the script has the line ends of Windows, and Unix takes the carriage return for a part of the name",
    cure: "save the file with the line ends of Unix (LF)",
  }),
  told(
    "loader-not-found",
    "CommandNotFound",
    /interpreter (\(a dynamic loader\)|\S*\/ld[-.]\S*) is not there/,
    {
      why: "the program was built for another C library than the image has, such as glibc's in an image with musl",
      cure: "use an image of the distribution that the program was built for, or link it statically",
    },
  ),
  told(
    "interpreter-not-found",
    "CommandNotFound",
    /interpreter (\S+?):? is not there|interpreter (\S+): no such file/,
    {
      why: ({ groups: [a, b] }) =>
        `the script's first line asks for ${a || b}, which is not where the step ran`,
      cure: (_, facts) =>
        isLocal(facts)
          ? "install it, name another in the script's first line, or run it in its image: --on podman"
          : "use an image that has it, or name another in the script's first line",
    },
  ),
  told("command-not-found", "CommandNotFound", /^(.+): command not found in PATH/, {
    why: ({ groups: [name] }, facts) =>
      isLocal(facts)
        ? `this machine has no ${name}; locally the programs of the machine are used, not those of the image`
        : `the step's image has no ${name} in its PATH`,
    cure: ({ groups: [name] }, facts) =>
      isLocal(facts)
        ? `install ${name}, or run it in its image: --on podman`
        : `use an image that has ${name}, or name it by its whole path`,
  }),
  told("no-such-program", "CommandNotFound", undefined, {
    why: "there is no file at the path that the step's command names",
    cure: (_, facts) =>
      isLocal(facts)
        ? "check the path, or run it in its image: --on podman"
        : "check the path, and that the workspace or the image that holds it is mounted there",
  }),
  told("noexec", "CommandNotExecutable", /noexec; put/, {
    why: "the program lies on a file system from which nothing may be executed (noexec)",
    cure: "copy it to a volume without noexec, or hand it to its interpreter: `sh FILE`",
  }),
  told("is-a-directory", "CommandNotExecutable", /is a directory/, {
    why: "the step's command names a directory",
    cure: "name the program in it",
  }),
  told("other-machine", "CommandNotExecutable", /built for (\S+), and this machine is (\S+)/, {
    why: ({ groups: [built, here] }) => `the program is for ${built}, and ran on ${here}`,
    cure: "use an image for this platform; one with several platforms has the right one by itself",
  }),
  told("exec-format", "CommandNotExecutable", /exec format error/, {
    why: "the file is neither a program for this system nor a script that says what reads it",
    cure: "begin the script with a line such as #!/bin/sh",
  }),
  told("not-executable", "CommandNotExecutable", undefined, {
    why: "the file may not be executed by the step's user",
    cure: "`chmod +x FILE`, in git `git update-index --chmod=+x FILE`, or hand it to its interpreter: `sh FILE`",
  }),
];

const PREPARED: readonly KnownEnding[] = [
  told("words-too-long", "CannotPrepare", /arguments (?:and environment together|too long)/, {
    why: "Linux starts no command with so many bytes of arguments and variables",
    cure: "hand large data over in a file of a workspace, or in a result that the step reads",
  }),
  told("working-directory", "CannotPrepare", /the working directory (\S+) cannot be/, {
    why: ({ groups: [folder] }) => `the step's user can neither make nor enter ${folder}`,
    cure: "let an earlier step make it, change workingDir, or run as a user who may enter it",
  }),
  told("secret-incomplete", "CannotPrepare", /the secret "([^"]*)"/, {
    why: ({ groups: [secret] }) => `the Secret "${secret}" lacks what credentials of its type need`,
    cure: ({ groups: [secret] }) =>
      `compare the keys of "${secret}" with its type: \`kubectl describe secret ${secret}\``,
  }),
  told("cannot-prepare", "CannotPrepare", undefined, {
    why: "something that the step needs before it starts could not be made",
    cure: "see the message; it names the file and what the system said",
  }),
  told("invalid-flags", "InvalidFlags", undefined, {
    why: "the entrypoint was called with flags that it does not understand",
    cure: "use the entrypoint that came with this baton, or see docs/entrypoint.md where you have written the flags yourself",
  }),
  told("result-missing", "InvalidReference", /^(\$\(.*?\)): there is no/, {
    why: ({ groups: [reference] }) => `nobody has written what ${reference} stands for`,
    cure: "write the result in the step that declares it, or give it a default",
  }),
  told("invalid-reference", "InvalidReference", undefined, {
    why: "a result was read in a way that its value does not allow",
    cure: "see which value it had: `baton show RUN -o json`; read a list by [0] or [*], a map by .key",
  }),
  told("invalid-expression", "InvalidExpression", undefined, {
    why: "a condition (when) could not be evaluated",
    cure: "correct the expression; a value of text stands in quotes: '$(params.x)' == 'y'",
  }),
];

const HANDED_ON: readonly KnownEnding[] = [
  told("result-too-large", "ResultTooLarge", undefined, {
    why: "results travel in the container's termination message, which is small",
    cure: "write large data to a workspace or an artifact, and its path or digest to the result",
  }),
  told("result-type", "ResultInvalid", /^result "([^"]*)"/, {
    why: ({ groups: [name] }) => `what was written as "${name}" is not of the type that was declared for it`,
    cure: 'write JSON: ["a","b"] for an array, {"key":"text"} for an object; or declare it as a string',
  }),
  told("result-unreadable", "CannotRecord", /^a result cannot be read/, {
    why: "where a result should be is a directory, a link or something else that is no file",
    cure: "write the result itself to $(results.NAME.path)",
  }),
  told("cannot-record", "CannotRecord", undefined, {
    why: "the ending could not be written down, most likely because the disk is full",
    cure: "make room where runs are kept (`df -h`), then run it again",
  }),
  told("artifact-missing", "ArtifactMissing", undefined, {
    why: "a declared artifact was not there when it was needed",
    cure: "let the step that declares it write it to its path before it ends",
  }),
  told("artifact-changed", "ArtifactChanged", undefined, {
    why: "the data is not what its producer left, or not what the digest asks for: it was changed in between",
    cure: "find who writes there (`baton plan` shows who shares it), and give that step a place of its own; or pin the new digest",
  }),
  told("artifact-invalid", "ArtifactInvalid", undefined, {
    why: "the artifact is there, and no digest can be made of it or compared with it",
    cure: "leave regular files that can be read; sockets, pipes and devices have no digest",
  }),
];

const ENDED: readonly KnownEnding[] = [
  told("timeout-step", "TimeoutExceeded", /the step exceeded its timeout of (\S+)/, {
    why: ({ groups: [time] }) => `the step's own timeout of ${time} was over`,
    cure: "raise the step's timeout, or see in its last lines what it waited for",
  }),
  told("timeout-task", "TimeoutExceeded", /the Task exceeded its timeout of (\S+)/, {
    why: ({ groups: [time] }) => `all attempts of its Task together had ${time}`,
    cure: "raise the Task's timeout, or see in its last lines what it waited for",
  }),
  told("timeout-run", "TimeoutExceeded", undefined, {
    why: "the time of the whole run was over",
    cure: "raise spec.timeouts (an hour by default), or see in the report where the time went: `baton report RUN`",
  }),
  told("breakpoint-failed", "BreakpointFailed", undefined, {
    why: "somebody ended the step at its breakpoint",
    cure: "nothing: it was asked for",
  }),
  told("cancelled-signal", "Cancelled", /cancelled by (SIG\w+)/, {
    why: ({ groups: [signal] }) =>
      `the run was asked to end by ${signal}${signal === "SIGINT" ? " (Ctrl-C)" : ""}`,
    cure: "run it again",
  }),
  told("cancelled-from-outside", "Cancelled", undefined, {
    why: "the run was asked to end from outside",
    cure: "run it again",
  }),
];

const LOST: readonly KnownEnding[] = [
  told("out-of-memory", "StepLost", /more memory than its limit/, {
    why: "the kernel killed the step because it needed more memory than its limit",
    cure: "raise computeResources.limits.memory of the step, or let it need less",
  }),
  told("engine-gone", "StepLost", /^(\S+) (?:went away|does not answer)/, {
    why: ({ groups: [engine] }) => `${engine} ended or did not answer any more while the step ran`,
    cure: ({ groups: [engine] }) => `see whether it runs (\`${engine} info\`), then run it again`,
  }),
  told("entrypoint-not-started", "StepLost", /could not be started: (.*)/, {
    why: ({ groups: [why] }) => `the system refused to start the step's first process: ${why}`,
    cure: "see `ulimit -u` and the memory that is left; words of more than 128 KiB belong into a file",
  }),
  told("removed", "StepLost", /was removed before it could report/, {
    why: "somebody removed the step's container while it ran",
    cure: "run it again, and leave its containers alone until it ends",
  }),
  told("killed", "StepLost", undefined, {
    why: "the step's entrypoint was killed before it could say how the step went: by hand, by the system for want of memory, or with its pod",
    cure: "see `dmesg | grep -i oom` for memory; run it again where it was killed by hand",
  }),
  ruled("lost", ({ status }) => status.state === "lost", {
    why: "nobody could say how the step went",
    cure: "run it again",
  }),
];

export const BY_BATON: readonly KnownEnding[] = [
  ...NOT_STARTED,
  ...PREPARED,
  ...HANDED_ON,
  ...ENDED,
  ...LOST,
];
