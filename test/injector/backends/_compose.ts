// Reads a project as compose would, and checks it with compose-spec's own schema.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { RenderedDocument } from "../../../injector/backends/backend.ts";
import type { Started } from "./_contract.ts";

export interface Service {
  readonly image: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: readonly { type: string; source: string; target: string; read_only?: boolean }[];
  readonly [field: string]: unknown;
}

/** Compose's interpolation, with nothing set in the environment. */
const interpolate = (text: string): string =>
  text.replace(/\$\$|\$\{[^}]*\}|\$[A-Za-z_]\w*/g, (match) => (match === "$$" ? "$" : ""));

export const servicesOf = ([project]: readonly RenderedDocument[]): ReadonlyMap<string, Service> =>
  new Map(Object.entries((project as unknown as { services: Record<string, Service> }).services));

export const readCompose = (documents: readonly RenderedDocument[]): readonly Started[] =>
  [...servicesOf(documents)]
    .filter(([name]) => name.startsWith("step-"))
    .map(([id, one]) => readService(id, one));

export const readService = (id: string, service: Service): Started => ({
  id,
  image: interpolate(service.image),
  argv: [...service.entrypoint, ...service.command].map(interpolate),
  env: Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([name, value]) => [name, interpolate(value)]),
  ),
  mounts: service.volumes.map(({ source, target, read_only = false }) => ({
    path: interpolate(target),
    readOnly: read_only,
    volume: source,
  })),
});

// compose-spec/compose-spec.json, as the linter dclint carries it; it names draft 7 by https, which ajv does not know.
const file = join(import.meta.dirname, "../../../node_modules/dclint/schemas/compose.schema.json");
const { $schema: _, ...rules } = JSON.parse(readFileSync(file, "utf8"));
const validate = new Ajv({ strict: false, validateFormats: false }).compile(rules);

export function invalidForCompose(document: RenderedDocument): readonly string[] {
  if (validate(document)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
