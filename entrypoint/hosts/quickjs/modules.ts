// Modules of the bundle that are loaded when they are first used: a step that only waits never pays for them.

import { load } from "baton:native";
import { provideWeb } from "./web.ts";

const loaded = new Map<string, object>();

/** What the bundled module of this name exports; it runs the first time. */
export function loadModule(name: string): object {
  const exports = loaded.get(name) ?? load(name);
  loaded.set(name, exports);
  return exports;
}

/** What the bundler makes of import(), so that the core can use the language's own word (native/toolchain/bundle.mjs). */
export function provideImport(): void {
  Object.assign(globalThis, {
    importModule: async (name: string) => {
      provideWeb();
      return loadModule(name);
    },
  });
}
