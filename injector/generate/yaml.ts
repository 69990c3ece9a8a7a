// generateYaml: a module's definitions as YAML.

import { UserError } from "../diagnostics/diagnostic.ts";
import { isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";
import { withAllUsed } from "../sdk/uses.ts";
import { toYaml } from "../sdk/yaml.ts";

import { loadModule } from "./load-module.ts";
import { KINDS } from "./order.ts";

/**
 * Runs the TypeScript or JavaScript module `file` and prints every document that it exports (alone or in lists), and
 * those that they use, exported or not: StepActions, Tasks, Pipelines, runs, the rest; by name within a kind, so that
 * the text does not depend on the order in the module. Throws UserError when it cannot be run or exports none.
 */
export async function generateYaml(file: string): Promise<string> {
  const exported = Object.values(await loadModule(file))
    .flat()
    .filter(isDocument);
  if (exported.length === 0) throw new UserError([nothing(file)]);
  const documents = withAllUsed(exported).filter(isDocument);
  return toYaml(...documents.sort((a, b) => compare(sortKey(a), sortKey(b))));
}

const isDocument = (value: unknown): value is Raw =>
  isRaw(value) && typeof value["apiVersion"] === "string" && typeof value["kind"] === "string";

function sortKey({ kind, metadata }: Raw): string {
  const rank = KINDS.indexOf(String(kind));
  const name = isRaw(metadata) ? String(metadata["name"] ?? metadata["generateName"]) : "";
  return `${rank === -1 ? KINDS.length : rank} ${kind} ${name}`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const nothing = (file: string) =>
  ({
    code: "no-definitions",
    severity: "error",
    message: `${file} exports no Task, Pipeline or other document`,
    cure: "export const build = defineTask(…)",
  }) as const;
