// The backends that render, by the name that `--to` gives them. Each is loaded when it is asked for.

import type { Renderer } from "../backend.ts";

export const RENDERERS = {
  kubernetes: async () => (await import("./kubernetes/index.ts")).kubernetes,
  compose: async () => (await import("./compose/index.ts")).compose,
} as const satisfies Readonly<Record<string, () => Promise<Renderer>>>;

export type RendererName = keyof typeof RENDERERS;
