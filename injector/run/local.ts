// A resolved run on this machine, from planning to the last event, with nothing left behind.

import type { RunOptions } from "../backends/backend.ts";
import { openSite } from "../backends/local/site.ts";
import { localRunner } from "../backends/local.ts";
import type { Continued } from "../continue/continue.ts";
import { defined } from "../documents/defined.ts";
import { plan } from "../plan/index.ts";
import type { Plan } from "../plan/model/plan.ts";
import type { PlanCache, PlanSet } from "../plan/model/plan-set.ts";
import { eachLine } from "../record/each-line.ts";
import type { RunEvent, StreamEvent } from "../record/record.ts";
import { withAbsoluteFolders } from "../resolve/folders.ts";
import { orderNotices, withNotices } from "./notes.ts";
import { asRequested } from "./request.ts";
import { type Rounds, runInRounds } from "./rounds.ts";
import { type Runnable, resolved } from "./runnable.ts";

export interface LocalRunOptions extends RunOptions {
  /** Device nodes of the machine that steps see, beyond those that every step has. */
  readonly devices?: readonly string[];
  /** Variables of the steps; they win over what a Task says. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Steps have the home directory of whoever runs them, to read and to write. */
  readonly home?: boolean;
  /** An earlier run that this one goes on from; its own `run` is then what runs. */
  readonly continued?: Continued;
  /** Where steps that may be cached look. */
  readonly cache?: PlanCache;
  /** Called with each plan before its first event: one, unless results decide what else there is to run. */
  readonly onPlan?: (plan: Plan) => void;
  /** With `keep`: called with the directory that was left. */
  readonly onKept?: (directory: string) => void;
}

/** Plans and runs it. The stream ends with `runFinished`. Throws UserError for what cannot be run here. */
export const runLocal = (what: Runnable, options: LocalRunOptions = {}): AsyncGenerator<RunEvent, void> =>
  eachLine(streamLocal(what, options));

export async function* streamLocal(
  what: Runnable,
  options: LocalRunOptions,
): AsyncGenerator<StreamEvent, void> {
  const { continued } = options;
  const run = continued?.run ?? resolved(what);
  const site = await openSite(options);
  const here = withAbsoluteFolders(run);
  const root = site.sandbox.kind === "none" ? { root: site.directory } : {};
  const cache = options.cache === undefined ? {} : { cache: { ...options.cache, programs: true } };
  let first: PlanSet | undefined;
  const rounds: Rounds = {
    plan: (done) => {
      const set = plan(here, { on: "processes", ...root, ...cache, done: { ...continued?.done, ...done } });
      first ??= set;
      return set;
    },
    ...defined({ taken: continued?.taken }),
    runner: localRunner(site),
    onPlan: (one) => options.onPlan?.(one),
    next: () => site.clear(),
  };
  try {
    const notices = () => (first === undefined ? [] : orderNotices(first));
    yield* asRequested(run, withNotices(notices, runInRounds(rounds, options)));
  } finally {
    await site.close(options.keep === true);
    if (options.keep === true) options.onKept?.(site.directory);
  }
}
