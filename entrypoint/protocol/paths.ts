// Where things are inside a step's file system: Tekton's paths, plus the few files Baton adds beside them.

/** Raised when a file or flag changes meaning; a `status.json` of another number is refused in words. */
export const PROTOCOL_VERSION = 1;

/** The name of the entrypoint's image, without its tag: what is compiled asks for it, and `make images` makes it. */
export const ENTRYPOINT_REPOSITORY = "ghcr.io/baton-run/entrypoint";

const TEKTON = "/tekton";
export const WORKSPACE = "/workspace";
/** The binary's place in its image, and in the shared volume (Tekton's own paths). */
export const IMAGE_BINARY = "/ko-app/entrypoint";
export const BIN_DIR = `${TEKTON}/bin`;
export const BINARY = `${BIN_DIR}/entrypoint`;
export const RUN_DIR = `${TEKTON}/run`;
export const STEPS_DIR = `${TEKTON}/steps`;
export const RESULTS_DIR = `${TEKTON}/results`;
export const ARTIFACTS_DIR = `${TEKTON}/artifacts`;
export const SCRIPTS_DIR = `${TEKTON}/scripts`;
export const HOME_DIR = `${TEKTON}/home`;
export const CREDS_DIR = `${TEKTON}/creds`;
export const DOWNWARD_DIR = `${TEKTON}/downward`;
export const CANCEL_FILE = `${DOWNWARD_DIR}/cancel`;
export const TERMINATION_FILE = `${TEKTON}/termination`;
/** Ours: results of other fused Tasks, as `<TASKS_DIR>/<task>/results/<name>`, mounted read-only. */
export const TASKS_DIR = `${TEKTON}/tasks`;

export const runDir = (index: number): string => `${RUN_DIR}/${index}`;
export const postFile = (index: number): string => `${runDir(index)}/out`;
/** `-step_metadata_dir` of a step: `exitCode`, `results/`, `artifacts/` and our `status.json` live here. */
export const metadataDir = (index: number): string => `${runDir(index)}/status`;

/** "This step failed or was skipped": beside the post file. */
export const errorFile = (post: string): string => `${post}.err`;
/** Ours: the pipe a step holds open for as long as it lives; its last close wakes every waiter. */
export const aliveFile = (post: string): string => `${post}.alive`;
/** Ours: what a step of a Task with retries posts in attempt k (from 1); it has a pipe of its own. */
export const attemptFile = (post: string, attempt: number): string => `${post}.attempt${attempt}`;
/** Release files of the two breakpoints (Tekton's names). */
export const breakpointExitFile = (post: string): string => `${post}.breakpointexit`;
export const beforeStepExitFile = (post: string): string => `${post}.beforestepexit`;
/** The record of the step that posts to `post`, by the layout `<run dir>/out` + `<run dir>/status/`. */
export const statusFileOf = (post: string): string => `${parent(post)}/status/status.json`;

export const statusFile = (metadata: string): string => `${metadata}/status.json`;
/** Made at the start: takes the place of `status.json` when the disk is full, and names a step killed before it ran. */
export const reservedStatusFile = (metadata: string): string => `${metadata}/.status.json.reserved`;
export const exitCodeFile = (metadata: string): string => `${metadata}/exitCode`;
export const stepResultsDir = (metadata: string): string => `${metadata}/results`;
/** Where a step that makes its script for itself has it (`-layout`): beside its metadata. */
export const ownScriptsDir = (metadata: string): string => `${parent(metadata)}/scripts`;
/** Where it has its links to the steps of its Task; it sees them at /tekton/steps. */
export const ownStepsDir = (metadata: string): string => `${parent(metadata)}/steps`;
export const stepArtifactsDir = (metadata: string): string => `${metadata}/artifacts`;

/** A temporary name in the same directory: watchers and readers never look at names like this. */
export const temporary = (path: string): string =>
  `${parent(path)}/.${path.slice(path.lastIndexOf("/") + 1)}.tmp`;

function parent(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "" : path.slice(0, slash);
}

/** How volumes of the protocol's own are called; Tekton refuses such names of its users. */
export const RESERVED_VOLUME = "tekton-internal-";
