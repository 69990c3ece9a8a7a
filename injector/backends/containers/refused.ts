// Why an engine did not do what it was asked to, from its own words to a code and a cure.

import type { Code } from "../../diagnostics/codes.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";
import { type Called, type EngineName, lastWords } from "./call.ts";

/** `what` completes "podman cannot …". */
export function refused(engine: EngineName, what: string, called: Called): UserError {
  const all = `${called.stderr}\n${called.stdout}`;
  const known = KNOWN.find(({ words }) => words.test(all)) ?? UNKNOWN;
  const why = known.words.exec(all)?.[1];
  const message = `${engine} cannot ${what}: ${why === undefined ? "" : known.why(why)}${lastWords(called)}`;
  return new UserError([{ code: known.code, message, severity: "error", cure: known.cure(engine) }]);
}

/** It does not answer at all. */
export function silent(engine: EngineName, called: Called): UserError {
  const isForbidden = /permission denied while trying to connect|dial unix .*permission denied/.test(
    called.stderr,
  );
  const message = `${engine} does not answer: ${lastWords(called)}`;
  if (isForbidden) return new UserError([{ ...FORBIDDEN, message, severity: "error" }]);
  return new UserError([
    { code: "engine-not-running", message, severity: "error", cure: START_CURES[engine] },
  ]);
}

interface Known {
  readonly code: Code;
  /** Its first group, if any, is what `why` is told. */
  readonly words: RegExp;
  why(found: string): string;
  cure(engine: EngineName): string;
}

const nothing = () => "";

/** The most telling first. */
const KNOWN: readonly Known[] = [
  {
    code: "engine-disk-full",
    words: /no space left on device|disk quota exceeded/i,
    why: nothing,
    cure: (engine) => `make room where ${engine} keeps its data: see \`${engine} system df\` and \`prune\``,
  },
  {
    code: "port-taken",
    words: /port is already allocated|address already in use/,
    why: nothing,
    cure: () => "leave out the hostPort of the sidecar, or end what has that port",
  },
  {
    code: "network-not-found",
    words: /unable to find network|network \S+ not found/,
    why: nothing,
    cure: (engine) => `see \`${engine} network ls\`, or leave out --network`,
  },
  {
    code: "command-too-long",
    words: /E2BIG|argument list too long/i,
    why: () =>
      "its arguments and environment together are too long for Linux, or one word has more than 128 KiB; ",
    cure: () => "hand large data over in a file of a workspace, or in a result that the next step reads",
  },
  {
    code: "folder-not-found",
    words: /(?:bind source path does not exist: |statfs )(\/[^:\n]*)/,
    why: (folder) => `there is no ${folder} where it runs; `,
    cure: () =>
      "an engine on another machine, or in a VM, has folders of its own: bind the workspace to a volume",
  },
  {
    code: "volume-noexec",
    words:
      /(?:exec: "?\/tekton\/bin\/entrypoint"?: permission denied|error mounting .*-tekton-internal-bin\/_data.*operation not permitted)/,
    why: nothing,
    cure: (engine) =>
      `the disk of ${engine}'s volumes is mounted noexec: \`mount -o remount,exec\` it, or move the volumes to another`,
  },
  {
    code: "name-taken",
    words: /is already in use by container|name .* is already in use|(?:pod|volume) .* already exists/i,
    why: nothing,
    cure: (engine) => `remove what has that name in ${engine}, or give the Task another name`,
  },
];

const UNKNOWN: Known = {
  code: "engine-failed",
  words: /^/,
  why: nothing,
  cure: (engine) => `change what ${engine} names there; \`${engine} run\` would refuse the same`,
};

const FORBIDDEN = {
  code: "engine-forbidden",
  cure: "join the group that may use docker's socket (docker), or run with --on podman, which needs no right",
} as const;

const START_CURES: Readonly<Record<EngineName, string>> = {
  docker: "start it (dockerd, Docker Desktop), or run with --on local or --on podman",
  podman: "see what `podman info` says, or run with --on local",
};
