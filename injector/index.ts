// The library: the steps from YAML to a run, each a function of its own, and the types of what goes between them.
//
//   const resolved = resolve(load([{ path: "task.yaml", text }]), { params: [{ name: "who", text: "you" }] });
//   for await (const event of runLocal(resolved)) console.log(event);

export type * from "./backend.ts";
export { RENDERERS, type RendererName } from "./backends/index.ts";
export { check } from "./check.ts";
export { compile } from "./compile.ts";
export { type Diagnostic, type Place, UserError } from "./diagnostic.ts";
export { diagnosticsText } from "./diagnostic-text.ts";
export { type FetchOptions, type FetchResult, fetchRefs, type TextStore } from "./fetch.ts";
export { generateTs } from "./generate/ts.ts";
export { generateYaml } from "./generate/yaml.ts";
export { type GivenParam, parseParamFlag, parseWorkspaceFlag } from "./given.ts";
export { type ImageCommand, type LookedUp, type LookUpOptions, lookUpCommands } from "./image-command.ts";
export { commandlessImages, type InjectOptions, inject } from "./inject.ts";
export { type JsonSchema, jsonSchema } from "./json-schema.ts";
export { type Loaded, type LoadedDocument, load, type SourceText } from "./load.ts";
export { type Lock, type LockEntry, parseLock, printLock } from "./lock.ts";
export { plan } from "./plan/index.ts";
export { explain } from "./plan/notes.ts";
export type * from "./plan.ts";
export type * from "./plan-set.ts";
export { type Envelope, signed, signingKey } from "./provenance/dsse.ts";
export { parseRecord } from "./provenance/parse-record.ts";
export {
  type ResourceDescriptor,
  type Statement,
  type StatementOptions,
  statementOf,
} from "./provenance.ts";
export type * from "./record.ts";
export { type ResolveOptions, resolve } from "./resolve.ts";
export type * from "./resolved.ts";
export { type ContainerRunOptions, runInContainers } from "./run-containers.ts";
export { type LocalRunOptions, runLocal } from "./run-local.ts";
export type * from "./spec.ts";
export { validate } from "./validate.ts";
export { VERSION } from "./version.ts";
