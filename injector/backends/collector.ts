// Where no kubelet hands termination messages on, one more container waits for all steps, prints the run as one line of
// JSON and ends as the run does (entrypoint/protocol/README.md, "Collect").

import { type Flags, formatFlags, RUN_DIR, type TaskRefs } from "../../entrypoint/protocol/index.ts";
import type { Mount, Plan, PlannedSidecar } from "../plan.ts";

export const COLLECTOR = "result";

/** Among the sidecars, so that whatever is done to mounts is done to its mounts too. */
export const withCollector = (plan: Plan, image: string): Plan => ({
  ...plan,
  sidecars: [...plan.sidecars, collectorOf(plan, image)],
});

/** Nobody reads the message there: it goes beside the post file, and no result is too large for it. */
export function unboundedMessage(flags: Flags): Flags {
  const { post_file } = flags;
  if (post_file === undefined) return flags;
  const directory = post_file.slice(0, post_file.lastIndexOf("/"));
  return { ...flags, termination_path: `${directory}/termination`, termination_budget: UNBOUNDED };
}

// --- Internal helpers ---

const UNBOUNDED = 2 ** 30;

function collectorOf(plan: Plan, image: string): PlannedSidecar {
  const posts = plan.steps.flatMap(({ flags }) => flags.post_file ?? []);
  const results = plan.tasks.flatMap((task) => task.results.map(({ from }) => from.volume));
  const run = plan.steps.flatMap(({ mounts }) => mounts).find(({ path }) => path === RUN_DIR);
  return {
    id: COLLECTOR,
    name: COLLECTOR,
    task: "",
    image,
    args: ["collect", ...formatFlags({ wait_settled: posts, task_refs: JSON.stringify(refsOf(plan)) })],
    env: [],
    envFrom: [],
    mounts: [
      ...(run === undefined ? [] : [{ ...run, readOnly: true }]),
      ...[...new Set(results)].map((volume): Mount => ({ volume, path: place(volume), readOnly: true })),
    ],
    flags: {},
    until: [],
    container: {},
  };
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
