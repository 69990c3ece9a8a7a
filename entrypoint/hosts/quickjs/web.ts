// What libraries expect of a JavaScript engine and QuickJS lacks; only modules that are loaded late need it.

import { decode, encode } from "baton:native";

/** Makes up for it, globally, once. */
export function provideWeb(): void {
  if ("TextEncoder" in globalThis) return;
  Object.assign(globalThis, {
    TextEncoder: class {
      readonly encode = (text: string): Uint8Array => encode(text);
    },
    TextDecoder: class {
      readonly decode = (bytes: Uint8Array): string => decode(bytes);
    },
  });
  Date.prototype.toLocaleString = localTime;
}

/** QuickJS would ignore the time zone: a wrong answer where an error is due. There is no time zone database in a scratch image. */
function localTime(this: Date, _locales?: unknown, options?: { readonly timeZone?: string }): string {
  const zone = options?.timeZone ?? "UTC";
  if (zone !== "UTC") throw new Error(`time zone ${zone} is not known here: only UTC is`);
  return this.toISOString()
    .replace(/\.\d+Z$/, "")
    .replace("T", " ");
}
