// Carries out `baton compile`: plans what the files say and prints it as the manifest of a backend.

import { compile } from "../../backends/compile.ts";
import { RENDERERS } from "../../backends/index.ts";
import { defined } from "../../documents/defined.ts";
import { plan } from "../../plan/index.ts";
import type { PlanSet } from "../../plan/model/plan-set.ts";
import { commandlessImagesOf, withImageCommands } from "../../references/image-command.ts";
import { type CacheOptions, claimAsked } from "../input/cache-options.ts";
import type { InputOptions, MaxPodOptions } from "../input/input.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { planOptions } from "../input/plan-options.ts";
import { imageCommands } from "../input/references.ts";
import { type RenderWords, renderOptions } from "../input/render-flags.ts";
import { resolveInput } from "../input/resolve-input.ts";
import { writeText } from "../process/write.ts";
import type { Terminal } from "../terminal.ts";

export interface CompileFlags extends CacheOptions, InputOptions, MaxPodOptions, OutputOptions, RenderWords {}

/** Throws UserError. */
export async function printManifest(
  terminal: Terminal,
  files: readonly string[],
  flags: CompileFlags,
): Promise<void> {
  const options = await renderOptions(flags);
  const run = await resolveInput(terminal, files, flags);
  const cache = claimAsked(flags, run.name);
  const set = plan(run, { ...planOptions(flags), ...defined({ cache }) });
  const text = await compile(await withCommands(terminal, set, flags), flags.to, options);
  writeText(terminal, text, outputOf(flags, ["yaml"]).file);
}

/** Steps without a command run what their image does: it is looked up, and pinned in the lock file. */
async function withCommands(terminal: Terminal, set: PlanSet, flags: CompileFlags): Promise<PlanSet> {
  const { knowsImages = false } = await RENDERERS[flags.to]();
  if (knowsImages) return set;
  const commands = await imageCommands(terminal, commandlessImagesOf(set.plans), flags);
  return { ...set, plans: set.plans.map((one) => withImageCommands(one, commands)) };
}
