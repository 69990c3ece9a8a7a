// Carries out `baton compile`: plans what the files say and prints it as the manifest of a backend.

import type { RenderOptions } from "../backend.ts";
import { RENDERERS } from "../backends/index.ts";
import { compile } from "../compile.ts";
import { commandlessImagesOf, withImageCommands } from "../image-command.ts";
import { plan } from "../plan/index.ts";
import type { PlanSet } from "../plan-set.ts";
import type { CompileFlags } from "./compile.ts";
import { planOptions } from "./plan-options.ts";
import { imageCommands } from "./references.ts";
import { resolveInput } from "./resolve-input.ts";
import { writeText } from "./write.ts";

/** Throws UserError. */
export async function printManifest(files: readonly string[], flags: CompileFlags): Promise<void> {
  const set = plan(await resolveInput(files, flags), planOptions(flags));
  const text = await compile(await withCommands(set, flags), flags.to, renderOptions(flags));
  writeText(text, flags.output);
}

// --- Internal helpers ---

/** Steps without a command run what their image does: it is looked up, and pinned in the lock file. */
async function withCommands(set: PlanSet, flags: CompileFlags): Promise<PlanSet> {
  const { knowsImages = false } = await RENDERERS[flags.to]();
  if (knowsImages) return set;
  const commands = await imageCommands(commandlessImagesOf(set.plans), flags);
  const plans = set.plans.map((one) => ({
    ...one,
    steps: withImageCommands(one.steps, commands),
    sidecars: withImageCommands(one.sidecars, commands),
  }));
  return { ...set, plans };
}

const RENDER_FLAGS = ["namespace", "kind", "inject", "restricted", "podResources", "network"] as const;

const renderOptions = (flags: CompileFlags): RenderOptions => ({
  entrypointImage: flags.entrypointImage,
  ...Object.fromEntries(
    RENDER_FLAGS.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  ),
});
