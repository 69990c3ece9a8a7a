// `debug continue|fail|beforestep-continue|beforestep-fail [STEP]`: releases the breakpoint a step waits at, from a
// shell in its container or from `kubectl exec` alone: no shell is needed in the image.

import { type Host, HostError } from "../host.ts";
import { statusOf } from "../peers/peers.ts";
import {
  aliveFile,
  beforeStepExitFile,
  breakpointExitFile,
  errorFile,
  isEnding,
  RUN_DIR,
} from "../protocol/index.ts";

export const DEBUG_VERBS = ["continue", "fail", "beforestep-continue", "beforestep-fail"] as const;
type Verb = (typeof DEBUG_VERBS)[number];

export const isDebugVerb = (word: string | undefined): word is Verb =>
  DEBUG_VERBS.some((verb) => verb === word);

/** Of several that wait, the one whose directory can be written is meant: in a pod that is the container's own. */
export async function releaseBreakpoint(host: Host, [verb, step]: readonly string[]): Promise<string> {
  if (!isDebugVerb(verb)) throw new HostError("EINVAL", `no such breakpoint command: ${verb}`);
  const waiting = await candidates(host, verb, step);
  for (const post of waiting) if (tryRelease(host, verb, post)) return `${verb}: ${post}`;
  const whose = step === undefined ? "no step" : `"${step}" is not a step that`;
  throw new HostError("ENOENT", `${whose} waits here at a breakpoint that ${verb} releases`, RUN_DIR);
}

/** Alive, not posted, and in the state that goes with the breakpoint: nothing recorded yet, or an ending. */
async function candidates(host: Host, verb: Verb, step: string | undefined): Promise<readonly string[]> {
  const posts = (host.list(RUN_DIR) ?? []).map((name) => `${RUN_DIR}/${name}/out`);
  const found: string[] = [];
  for (const post of posts)
    if ((await host.liveness(aliveFile(post))) === "held" && isAtBreakpoint(host, verb, post, step))
      found.push(post);
  return found;
}

function isAtBreakpoint(host: Host, verb: Verb, post: string, step: string | undefined): boolean {
  if (host.stat(post) !== undefined || host.stat(errorFile(post)) !== undefined) return false;
  const status = statusOf(host, post);
  if (step !== undefined && status?.step !== step && !post.includes(`/${step}/`)) return false;
  const failed = status !== undefined && isEnding(status.state);
  return failed === !verb.startsWith("beforestep");
}

function tryRelease(host: Host, verb: Verb, post: string): boolean {
  const [path, content] = releaseFile(verb, post);
  try {
    host.publish(path, content, 0o644);
    return true;
  } catch (error) {
    if (error instanceof HostError && ["EROFS", "EACCES", "EPERM"].includes(error.code)) return false;
    throw error;
  }
}

function releaseFile(verb: Verb, post: string): readonly [path: string, content: string] {
  switch (verb) {
    case "continue":
      return [breakpointExitFile(post), "0"];
    case "fail":
      return [breakpointExitFile(post), "1"];
    case "beforestep-continue":
      return [beforeStepExitFile(post), ""];
    case "beforestep-fail":
      return [errorFile(beforeStepExitFile(post)), ""];
  }
}
