// Carries out `baton compile`: plans what the files say and prints it as the manifest of a backend.

import { writeFileSync } from "node:fs";
import type { RenderOptions } from "../backend.ts";
import { compile } from "../compile.ts";
import { plan } from "../plan/index.ts";
import type { CompileFlags } from "./compile.ts";
import { planOptions } from "./plan-options.ts";
import { resolveInput } from "./resolve-input.ts";

/** Throws UserError. */
export async function printManifest(files: readonly string[], flags: CompileFlags): Promise<void> {
  const text = await compile(
    plan(await resolveInput(files, flags), planOptions(flags)),
    flags.to,
    renderOptions(flags),
  );
  if (flags.output === undefined) process.stdout.write(text);
  else writeFileSync(flags.output, text);
}

// --- Internal helpers ---

const RENDER_FLAGS = ["namespace", "kind", "inject", "restricted", "network"] as const;

const renderOptions = (flags: CompileFlags): RenderOptions => ({
  entrypointImage: flags.entrypointImage,
  ...Object.fromEntries(
    RENDER_FLAGS.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  ),
});
