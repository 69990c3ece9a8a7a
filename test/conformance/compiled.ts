// What an example compiles to, and whether it is accepted, by the library: no process is started, nothing is looked up.

import { compile } from "../../injector/backends/compile.ts";
import { RENDERERS, type RendererName } from "../../injector/backends/index.ts";
import { check } from "../../injector/check/check.ts";
import { UserError } from "../../injector/diagnostics/diagnostic.ts";
import { load } from "../../injector/documents/load.ts";
import { plan } from "../../injector/plan/index.ts";
import { type ImageCommand, withImageCommands } from "../../injector/references/image-command.ts";
import { resolve } from "../../injector/resolve/resolve.ts";
import type { Example } from "./examples.ts";
import { failed, PASSED } from "./outcomes.ts";

export const TARGETS = Object.keys(RENDERERS) as readonly RendererName[];

/** What only we could have answered. */
const LEFT = /(?<!\$)\$\((params|workspaces|context)\.[\w.-]+\)/;

/** `commands`: what images run by themselves. */
export async function compiled(
  { path, text, targets }: Example,
  to: RendererName,
  commands: ReadonlyMap<string, ImageCommand>,
): Promise<string> {
  try {
    const { knowsImages = false } = await RENDERERS[to]();
    for (const target of targets) {
      const set = plan(resolve(load([{ path, text }]), target === undefined ? {} : { target }));
      const plans = knowsImages ? set.plans : set.plans.map((one) => withImageCommands(one, commands));
      const manifest = await compile({ ...set, plans }, to, { entrypointImage: "baton-entrypoint" });
      const left = LEFT.exec(manifest)?.[0];
      if (left !== undefined) return failed(`${left} is left in it`);
    }
    return PASSED;
  } catch (error) {
    if (error instanceof UserError) return failed(firstOf(error.diagnostics));
    throw error;
  }
}

export function accepted({ path, text }: Example): string {
  const loaded = load([{ path, text }]);
  const errors = [...loaded.diagnostics, ...check(loaded)].filter(({ severity }) => severity === "error");
  return errors.length === 0 ? PASSED : failed(firstOf(errors));
}

const firstOf = ([first]: readonly { readonly code: string; readonly message: string }[]): string =>
  first === undefined ? "" : `${first.code}: ${first.message}`;
