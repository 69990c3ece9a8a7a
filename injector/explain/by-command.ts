// Endings of the command itself: a signal, a code that shells give, or one of its last lines.

import { type KnownEnding, ruled, said } from "./ending.ts";

const exits =
  (...codes: readonly number[]) =>
  ({ status }: { readonly status: { readonly by?: string; readonly exitCode?: number } }): boolean =>
    status.by === "command" && status.exitCode !== undefined && codes.includes(status.exitCode);

/** A shell whose command was ended by a signal exits with 128 + n itself. */
const endedBy = (signal: string, number: number) => (facts: Parameters<KnownEnding["match"]>[0]) =>
  (facts.status.by === "command" && facts.status.signal === signal) || exits(128 + number)(facts);

const SAID: readonly KnownEnding[] = [
  said("disk-full", /no space left on device|disk quota exceeded/i, {
    why: "the disk that the step writes to is full",
    cure: "make room (`df -h`; `podman system prune`), or give the step a larger volume",
  }),
  said(
    "heap-out-of-memory",
    /JavaScript heap out of memory|java\.lang\.OutOfMemoryError|^MemoryError|cannot allocate memory|fatal error: out of memory/i,
    {
      why: "the program needed more memory than it may have",
      cure: "raise its limit (NODE_OPTIONS=--max-old-space-size=4096, -Xmx4g, computeResources.limits.memory), or let it need less",
    },
  ),
  said(
    "name-not-resolved",
    /could not resolve host|temporary failure in name resolution|name or service not known|getaddrinfo|no such host/i,
    {
      why: "a name of the network could not be looked up from the step",
      cure: "check the name and that the step has a network: --network host, or what `baton run` says of it",
    },
  ),
  said(
    "connection-refused",
    /connection refused|ECONNREFUSED|network is unreachable|connection timed out|no route to host/i,
    {
      why: "nobody answered where the step wanted to connect",
      cure: "start what should answer, or make it a sidecar, whose address is localhost",
    },
  ),
  said(
    "certificate",
    /certificate verify failed|x509: certificate|self[- ]signed certificate|unable to get local issuer/i,
    {
      why: "the certificate of the other side is not trusted in the step",
      cure: "put your authority's certificate into the image, or name it: SSL_CERT_FILE, NODE_EXTRA_CA_CERTS",
    },
  ),
  said(
    "not-authorized",
    /\b401\b.*unauthorized|authentication (?:failed|required)|access denied|permission denied \(publickey|403 forbidden/i,
    {
      why: "the other side refused who the step says it is",
      cure: "hand credentials over: a Secret of the ServiceAccount, or a workspace bound to a Secret",
    },
  ),
  said("git-ownership", /detected dubious ownership/i, {
    why: "git does not trust a checkout of another user",
    cure: "`git config --global --add safe.directory '*'` first, or run both steps as one user",
  }),
  said("read-only", /read-only file system/i, {
    why: "the step writes where it may only read",
    cure: "write to a workspace, to $(results.NAME.path) or to /tmp; see readOnly of the workspace or volume",
  }),
  said("permission-denied", /permission denied|operation not permitted|EACCES/i, {
    why: "the step's user may not do what the line says",
    cure: "give the file to that user, or run the step as another: securityContext.runAsUser",
  }),
  said(
    "bad-option-of-sh",
    /illegal option -o pipefail|pipefail: invalid option|\[\[: not found|Syntax error: "\(" unexpected/i,
    {
      why: "the script is for bash, and another shell read it",
      cure: "begin it with #!/usr/bin/env bash in an image that has bash, or write it for sh",
    },
  ),
  said("unset-variable", /(\w+): (?:unbound variable|parameter not set)/, {
    why: ({ groups: [name] }) => `the script uses the variable ${name}, which nobody set`,
    cure: ({ groups: [name] }) =>
      `set it in the step's env (locally: --env ${name}=VALUE), or write \${${name}:-} in the script`,
  }),
  said(
    "module-not-found",
    /ModuleNotFoundError: No module named '?([\w.]+)|Cannot find (?:module|package) '([^']+)'/,
    {
      why: ({ groups: [python, node] }) =>
        `the program asks for ${python || node}, which is not installed where it ran`,
      cure: "install it in the step or in its image before",
    },
  ),
  said("said-not-found", /(?:^|[\s:])([\w./+-]+): (?:command )?not found$/, {
    why: ({ groups: [name] }) => `the script calls ${name}, which is not where the step ran`,
    cure: ({ groups: [name] }, { on }) =>
      on === "local"
        ? `install ${name}, or run it in its image: --on podman`
        : `use an image that has ${name}`,
  }),
  said("no-such-file", /no such file or directory|ENOENT|cannot open|can't open/i, {
    why: "a file that the step reads is not there",
    cure: "check the path and the step's workingDir; `baton plan` shows which workspaces it has and who writes them before",
  }),
];

const SIGNALS: readonly KnownEnding[] = [
  ruled("killed-by-sigkill", endedBy("SIGKILL", 9), {
    why: "the command was killed by SIGKILL, which nearly always is the kernel for want of memory",
    cure: "see `dmesg | grep -i oom`; raise computeResources.limits.memory, or let it need less",
  }),
  ruled("killed-by-sigsegv", endedBy("SIGSEGV", 11), {
    why: "the program touched memory that is not its own: it has a defect, or was built for another system",
    cure: "update it, or run it under a debugger with the same input",
  }),
  ruled("killed-by-sigabrt", endedBy("SIGABRT", 6), {
    why: "the program ended itself because something in it cannot be (an assertion, a heap that is broken)",
    cure: "its last lines name the place; update it, or report it to its authors",
  }),
  ruled("killed-by-sigill", endedBy("SIGILL", 4), {
    why: "the program uses instructions that this processor does not have",
    cure: "use a build for this processor",
  }),
  ruled("killed-by-sigpipe", endedBy("SIGPIPE", 13), {
    why: "the program wrote to a reader that had gone, such as `| head`",
    cure: "let the reader read to the end, or leave out `set -o pipefail` there",
  }),
  ruled("killed-by-sigterm", endedBy("SIGTERM", 15), {
    why: "somebody asked the command to end, from outside of the run",
    cure: "find who did (the step itself, a sidecar, an operator), and run it again",
  }),
  ruled("killed-by-signal", ({ status }) => status.by === "command" && status.signal !== undefined, {
    why: (_, { status }) => `the command was ended by ${status.signal}`,
    cure: "see signal(7) for what sends it",
  }),
];

const CODES: readonly KnownEnding[] = [
  ruled("exit-126", exits(126), {
    why: "the shell found a command that it may not execute",
    cure: "`chmod +x FILE`, or hand it to its interpreter: `sh FILE`",
  }),
  ruled("exit-127", exits(127), {
    why: "the shell did not find a command of the script",
    cure: "its last lines name the command; use an image that has it, or locally install it",
  }),
  ruled("exit-124", exits(124), {
    why: "the command ended as `timeout` does when its time is over",
    cure: "raise the time that the script gives it",
  }),
  ruled(
    "sidecar-ended",
    ({ status }) => status.by === "command" && status.state === "failed" && status.exitCode === undefined,
    {
      why: "it ended, and left no code",
      cure: "its last lines say more",
    },
  ),
  ruled("exit-code", ({ status }) => status.by === "command" && status.state === "failed", {
    why: (_, { status }) =>
      `the command itself ended with ${status.exitCode}; what that means is the program's own affair`,
    cure: "its last lines say why",
  }),
];

export const BY_COMMAND: readonly KnownEnding[] = [...SAID, ...SIGNALS, ...CODES];
