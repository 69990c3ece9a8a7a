// How many bytes a termination message may take where nobody has said so, as under Tekton's controller: the kubelet divides
// what it keeps of a pod by all of its containers, and cuts what is longer without a word.

import { type Host, HostError } from "../host.ts";
import { type Flags, messageBudget, SCRIPTS_DIR, STEPS_DIR, WORKSPACE } from "../protocol/index.ts";

/** Sidecars cannot be seen from here. */
export function likelyBudget(host: Host, { steps_dir: directory = STEPS_DIR }: Flags): number {
  const steps = namesIn(host, directory).filter((name) => !/^\d+$/.test(name)).length;
  return messageBudget(steps + initContainers(host));
}

/** Tekton's: one that places the entrypoint, one for scripts, one for working directories in a workspace. */
function initContainers(host: Host): number {
  const hasScripts = namesIn(host, SCRIPTS_DIR).length > 0;
  const isInWorkspace = host.readLink("/proc/self/cwd")?.startsWith(`${WORKSPACE}/`) === true;
  return 1 + (hasScripts ? 1 : 0) + (isInWorkspace ? 1 : 0);
}

/** A directory that may not be looked into says nothing. */
function namesIn(host: Host, directory: string): readonly string[] {
  try {
    return host.list(directory) ?? [];
  } catch (error) {
    if (error instanceof HostError) return [];
    throw error;
  }
}
