// A resolved run in containers of this machine's engine, from planning to the last event, with nothing left behind.

import type { RunOptions } from "../backends/backend.ts";
import type { EngineName } from "../backends/containers/call.ts";
import { ENGINES } from "../backends/index.ts";
import type { Continued } from "../continue/continue.ts";
import { withTaken } from "../continue/taken.ts";
import { mistake } from "../diagnostics/diagnostic.ts";
import { defined } from "../documents/defined.ts";
import { plan } from "../plan/index.ts";
import type { Plan } from "../plan/model/plan.ts";
import type { PlanCache } from "../plan/model/plan-set.ts";
import { eachLine } from "../record/each-line.ts";
import type { RunEvent, StreamEvent } from "../record/record.ts";
import { withAbsoluteFolders } from "../resolve/folders.ts";
import type { ResolvedRun } from "../resolve/resolved.ts";
import { orderNotices, withNotices } from "./notes.ts";
import { asRequested } from "./request.ts";
import { type Runnable, resolved } from "./runnable.ts";

export interface ContainerRunOptions extends RunOptions {
  readonly engine: EngineName;
  /** The network of the steps, where it is not the engine's own choice. */
  readonly network?: string;
  /** An earlier run that this one goes on from; its own `run` is then what runs. */
  readonly continued?: Continued;
  /** Where steps that may be cached look. */
  readonly cache?: PlanCache;
  /** Called with the plan before the first event. */
  readonly onPlan?: (plan: Plan) => void;
}

/** Plans and runs it. The stream ends with `runFinished`. Throws UserError for what cannot be run there. */
export const runInContainers = (
  what: Runnable,
  options: ContainerRunOptions,
): AsyncGenerator<RunEvent, void> => eachLine(streamInContainers(what, options));

export async function* streamInContainers(
  what: Runnable,
  options: ContainerRunOptions,
): AsyncGenerator<StreamEvent, void> {
  const { continued } = options;
  const run = continued?.run ?? resolved(what);
  const { planned, results, notices } = onePlan(run, options.cache, continued?.done);
  const runnerOf = await ENGINES[options.engine]();
  options.onPlan?.(planned);
  const told = withNotices(
    () => notices,
    runnerOf(defined({ network: options.network })).run(planned, options),
  );
  for await (const event of asRequested(run, told))
    yield event.type === "runFinished"
      ? { ...event, record: withTaken(event.record, continued?.taken, results) }
      : event;
}

/** One machine, one pod: only ports of sidecars, and what results decide, are in its way there. */
function onePlan(run: ResolvedRun, cache: PlanCache | undefined, done: Continued["done"] = {}) {
  const set = plan(withAbsoluteFolders(run), { on: "processes", ...defined({ cache }), done });
  const { plans, deferred, notes, results } = set;
  const [only, second] = plans;
  if (only === undefined || second !== undefined || deferred.length > 0) {
    const later = deferred.map(({ task, why }) => `${task}: ${why}`);
    const cuts = notes.filter(({ kind }) => kind === "cut").map(({ message }) => message);
    throw mistake(
      "several-plans",
      `${run.name} cannot be one pod: ${[...later, ...cuts].join("; ")}`,
      "run it with --on local, which makes several plans, one after the other",
    );
  }
  return { planned: only, results, notices: orderNotices(set) };
}
