// Carries out `baton run`: runs what the files say, shows how it goes, and answers with the run's exit code.

import { randomBytes } from "node:crypto";
import type { Plan } from "../plan.ts";
import type { RunEvent } from "../record.ts";
import type { ResolvedRun } from "../resolved.ts";
import { type LocalRunOptions, runLocal } from "../run-local.ts";
import { interrupts } from "./interrupts.ts";
import { resolveInput } from "./resolve-input.ts";
import type { RunFlags } from "./run.ts";
import { openView } from "./view.ts";

/** Throws UserError for a mistake of the user's. */
export async function execute(files: readonly string[], flags: RunFlags): Promise<number> {
  const resolved = await resolveInput(files, flags, randomBytes(3).toString("hex").slice(0, 5));
  const asked = interrupts();
  const view = openView(flags.output);
  let exitCode = 1;
  const options = {
    signal: asked.signal,
    kill: asked.kill,
    keep: flags.keep === true,
    onPlan: (plan: Plan) => view.add(plan),
  };
  const events = await start(resolved, flags, options);
  try {
    for await (const event of events) {
      view.show(event);
      if (event.type === "runFinished") exitCode = event.record.exitCode;
    }
  } finally {
    asked.release();
  }
  return exitCode;
}

// --- Internal helpers ---

async function start(
  resolved: ResolvedRun,
  { on, network }: RunFlags,
  options: LocalRunOptions,
): Promise<AsyncIterable<RunEvent>> {
  if (on === "local") {
    const onKept = (directory: string) => void process.stderr.write(`kept: ${directory}\n`);
    return runLocal(resolved, { ...options, onKept });
  }
  const { runInContainers } = await import("../run-containers.ts");
  return runInContainers(resolved, { ...options, engine: on, ...(network === undefined ? {} : { network }) });
}
