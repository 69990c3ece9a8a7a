// The library: from YAML to a run (docs/library.md), each step a function of its own, and the types of what goes between.

export type * from "./backends/backend.ts";
export { RENDERERS, type RendererName } from "./backends/index.ts";
export { check } from "./check/check.ts";
export { validate } from "./check/validate.ts";
export { type Diagnostic, type Place, UserError } from "./diagnostics/diagnostic.ts";
export { diagnosticsText } from "./diagnostics/text.ts";
export { type JsonSchema, jsonSchema } from "./documents/json-schema.ts";
export { type Loaded, type LoadedDocument, load, type SourceText } from "./documents/load.ts";
export type * from "./documents/spec.ts";
export { VERSION } from "./documents/version.ts";
export { type Explanation, explain as explainRun } from "./explain/explain.ts";
export { generateTs } from "./generate/ts.ts";
export { generateYaml } from "./generate/yaml.ts";
export { commandlessImages, type InjectOptions, inject } from "./inject/inject.ts";
export { explain } from "./plan/model/notes.ts";
export type * from "./plan/model/plan.ts";
export type * from "./plan/model/plan-set.ts";
export type { ResourceDescriptor } from "./provenance/descriptor.ts";
export { type Envelope, signed, signingKey } from "./provenance/dsse.ts";
export { parseRecord } from "./provenance/parse-record.ts";
export { type Statement, type StatementOptions, statementOf } from "./provenance/statement.ts";
export type * from "./record/record.ts";
export { type FetchOptions, type FetchResult, fetchRefs, type TextStore } from "./references/fetch.ts";
export {
  type ImageCommand,
  type LookedUp,
  type LookUpOptions,
  lookUpCommands,
} from "./references/image-command.ts";
export { loadAll, type Pins, type References } from "./references/load-all.ts";
export { type Lock, type LockEntry, parseLock, printLock } from "./references/lock.ts";
export { type GivenParam, parseParamFlag, parseWorkspaceFlag } from "./resolve/given.ts";
export { type ResolveOptions, resolve } from "./resolve/resolve.ts";
export type * from "./resolve/resolved.ts";
export { type ContainerRunOptions, runInContainers } from "./run/containers.ts";
export { type LocalRunOptions, runLocal } from "./run/local.ts";
export { prepareRun } from "./run/prepare.ts";
export { compile, type DocumentLike, plan, type Runnable } from "./run/runnable.ts";
