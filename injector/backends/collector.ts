// Where no kubelet hands termination messages on, one more container waits for all steps, prints the run as one line of
// JSON and ends as the run does (entrypoint/protocol/README.md, "Collect").

import { type Flags, formatFlags, RUN_DIR, type TaskRefs } from "../../entrypoint/protocol/index.ts";
import type { Mount, Plan, PlannedSidecar } from "../plan/model/plan.ts";
import type { RenderOptions } from "./backend.ts";

export const COLLECTOR = "result";
/** Where it says that all has been collected. */
const POST = `${RUN_DIR}/${COLLECTOR}/out`;

export interface CollectorOptions {
  /** Baton drives the run, so steps end when they are done and `result` tells as they go. */
  readonly driven?: boolean;
}

/** Among the sidecars, so that whatever is done to mounts is done to its mounts too. */
export const withCollector = (plan: Plan, options: RenderOptions & CollectorOptions): Plan => ({
  ...plan,
  sidecars: [...plan.sidecars, collectorOf(plan, options)],
});

/**
 * Flags of a step beside a collector. Nobody reads its message: it goes beside the post file, and no result is too
 * large for it.
 */
export function collectedFlags(flags: Flags): Flags {
  const { post_file } = flags;
  if (post_file === undefined) return flags;
  const directory = post_file.slice(0, post_file.lastIndexOf("/"));
  const message = { termination_path: `${directory}/termination`, termination_budget: UNBOUNDED };
  return { ...flags, ...message };
}

/** The same for a step that stays until all is collected. */
export const lingeringFlags = (flags: Flags): Flags => ({ ...collectedFlags(flags), linger: POST });

const UNBOUNDED = 2 ** 30;

function collectorOf(
  plan: Plan,
  { entrypointImage: image, driven = false }: RenderOptions & CollectorOptions,
): PlannedSidecar {
  const posts = plan.steps.flatMap(({ flags }) => flags.post_file ?? []);
  const results = plan.tasks.flatMap((task) => task.results.map(({ from }) => from.volume));
  const run = runVolume(plan);
  return {
    id: COLLECTOR,
    name: COLLECTOR,
    task: "",
    image,
    args: [
      "collect",
      ...formatFlags({
        follow: driven,
        post_file: POST,
        wait_settled: posts,
        task_refs: JSON.stringify(refsOf(plan)),
      }),
    ],
    env: [],
    envFrom: [],
    mounts: [
      { volume: run, path: RUN_DIR, readOnly: true },
      { volume: run, subPath: COLLECTOR, path: `${RUN_DIR}/${COLLECTOR}`, readOnly: false },
      ...[...new Set(results)].map((volume): Mount => ({ volume, path: place(volume), readOnly: true })),
    ],
    flags: {},
    until: [],
    container: {},
  };
}

/** The one volume in which every step posts. */
function runVolume({ steps }: Plan): string {
  const run = steps.flatMap(({ mounts }) => mounts).find(({ path }) => path === RUN_DIR);
  if (run === undefined) throw new Error(`no step has ${RUN_DIR} mounted`);
  return run.volume;
}

const place = (volume: string): string => `/tekton/volumes/${volume}`;

function refsOf(plan: Plan): TaskRefs {
  const entries = plan.tasks.map(({ name, results, steps }) => {
    const posts = steps.flatMap((index) => plan.steps[index]?.flags.post_file ?? []);
    const files = results.map(({ name, from }) => [name, `${place(from.volume)}/${from.path}`] as const);
    return [name, { results: "", files: Object.fromEntries(files), posts }] as const;
  });
  return Object.fromEntries(entries);
}
