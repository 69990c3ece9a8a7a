// A resolved run on this machine, from planning to the last event, with nothing left behind.

import type { RunOptions } from "./backend.ts";
import { type LocalSite, localRunner, openSite } from "./backends/local.ts";
import { mistake } from "./given.ts";
import { plan } from "./plan/index.ts";
import type { Plan } from "./plan.ts";
import type { RunEvent } from "./record.ts";
import type { ResolvedRun } from "./resolved.ts";

export interface LocalRunOptions extends RunOptions {
  /** Called with the plan before the first event. */
  readonly onPlan?: (plan: Plan) => void;
  /** With `keep`: called with the directory that was left. */
  readonly onKept?: (directory: string) => void;
}

/** Plans and runs it. The stream ends with `runFinished`. Throws UserError for what cannot be run here. */
export async function* runLocal(
  run: ResolvedRun,
  options: LocalRunOptions = {},
): AsyncGenerator<RunEvent, void> {
  const site = await openSite();
  try {
    const planned = onePlan(run, site);
    options.onPlan?.(planned);
    yield* localRunner(site).run(planned, options);
  } finally {
    await site.close(options.keep === true);
    if (options.keep === true) options.onKept?.(site.directory);
  }
}

// --- Internal helpers ---

function onePlan(run: ResolvedRun, { sandbox, directory }: LocalSite): Plan {
  const options = { on: "processes" as const, ...(sandbox.kind === "none" ? { root: directory } : {}) };
  const { plans, deferred } = plan(run, options);
  const [only, second] = plans;
  if (only === undefined || second !== undefined || deferred.length > 0)
    throw mistake(
      "several-plans",
      `${run.name} cannot be planned as a whole: ${deferred.map(({ task, why }) => `${task}: ${why}`).join("; ")}`,
      "baton plan explains why; compile it for a cluster",
    );
  return only;
}
