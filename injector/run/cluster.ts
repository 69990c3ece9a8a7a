// A resolved run in pods of a cluster, one after the other where it is cut, from planning to the last event.

import type { RunOptions } from "../backends/backend.ts";
import type { ClusterOptions } from "../backends/cluster.ts";
import { defined } from "../documents/defined.ts";
import { plan } from "../plan/index.ts";
import type { Plan } from "../plan/model/plan.ts";
import type { PlanCache } from "../plan/model/plan-set.ts";
import type { StreamEvent } from "../record/record.ts";
import { commandlessImagesOf, type ImageCommand, withImageCommands } from "../references/image-command.ts";
import type { ResolvedRun } from "../resolve/resolved.ts";
import { asRequested } from "./request.ts";
import { type Rounds, runInRounds } from "./rounds.ts";

export interface ClusterRunOptions extends RunOptions {
  readonly cluster: ClusterOptions;
  /** Where steps that may be cached look. */
  readonly cache?: PlanCache;
  /** What images run by themselves, for steps without a command. */
  readonly commands: (images: readonly string[]) => Promise<ReadonlyMap<string, ImageCommand>>;
  /** Called with each plan before its first event. */
  readonly onPlan?: (plan: Plan) => void;
}

/** Plans and runs it. The stream ends with `runFinished`. Throws UserError for what cannot be run there. */
export async function* runInCluster(
  run: ResolvedRun,
  options: ClusterRunOptions,
): AsyncGenerator<StreamEvent, void> {
  const { clusterRunner } = await import("../backends/cluster.ts");
  const runner = clusterRunner(options.cluster);
  const rounds: Rounds = {
    plan: (done) => plan(run, { on: "pods", ...defined({ cache: options.cache }), done }),
    runner: {
      name: runner.name,
      async *run(one, asked) {
        const commands = await options.commands(commandlessImagesOf([one]));
        yield* runner.run(withImageCommands(one, commands), asked);
      },
    },
    onPlan: (one) => options.onPlan?.(one),
    next: async () => {},
  };
  yield* asRequested(run, runInRounds(rounds, options));
}
