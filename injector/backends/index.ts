// The backends by name: those that render, and the engines of this machine that run. Each is loaded only when it is asked for: one
// line here adds another.

import type { Renderer, Runner } from "./backend.ts";
import type { EngineName } from "./containers/call.ts";
import type { ContainerOptions } from "./containers/run.ts";

export const RENDERERS = {
  kubernetes: async () => (await import("./kubernetes/index.ts")).kubernetes,
  podman: async () => (await import("./kubernetes/podman.ts")).podman,
  argo: async () => (await import("./argo.ts")).argo,
  tekton: async () => (await import("./tekton/index.ts")).tekton,
  compose: async () => (await import("./compose/index.ts")).compose,
} as const satisfies Readonly<Record<string, () => Promise<Renderer>>>;

export type RendererName = keyof typeof RENDERERS;

export const ENGINES = {
  podman: async () => (await import("./podman.ts")).podmanRunner,
  docker: async () => (await import("./docker.ts")).dockerRunner,
} as const satisfies Readonly<Record<EngineName, () => Promise<(options: ContainerOptions) => Runner>>>;

/** What a renderer can be told. */
export type OptionsOf<Name extends RendererName> = Parameters<
  Awaited<ReturnType<(typeof RENDERERS)[Name]>>["render"]
>[1];
