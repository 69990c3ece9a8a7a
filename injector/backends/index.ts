// The backends that render, by name. Each is loaded only when it is asked for: one line here adds another.

import type { Renderer } from "./backend.ts";

export const RENDERERS = {
  kubernetes: async () => (await import("./kubernetes/index.ts")).kubernetes,
  podman: async () => (await import("./kubernetes/podman.ts")).podman,
  argo: async () => (await import("./argo.ts")).argo,
  tekton: async () => (await import("./tekton/index.ts")).tekton,
  compose: async () => (await import("./compose/index.ts")).compose,
} as const satisfies Readonly<Record<string, () => Promise<Renderer>>>;

export type RendererName = keyof typeof RENDERERS;

/** What one of them can be told. */
export type OptionsOf<Name extends RendererName> = Parameters<
  Awaited<ReturnType<(typeof RENDERERS)[Name]>>["render"]
>[1];
