// Questions to an engine that are asked while the rest of the program loads, and taken when it is their turn. An image that a
// text seems to name and no step has is looked at for nothing, and that is all.

import { readFileSync, statSync } from "node:fs";
import { type Called, call, type EngineName } from "./call.ts";

/** Podman, which is a process for each question, about images in these files; docker about itself. */
export function askEarly(engine: EngineName, files: readonly string[]): void {
  if (engine === "docker") {
    info = import("./here/docker-api.ts").then(({ askInfo }) => askInfo()).catch(() => undefined);
    return;
  }
  for (const file of files)
    for (const [, image = ""] of textOf(file).matchAll(IMAGE)) {
      if (asked.size >= MOST) return;
      // Without an engine there is none when it is asked again.
      if (!asked.has(image))
        asked.set(
          image,
          inspect(engine, image).catch(() => undefined),
        );
    }
}

/** Empty where it is no file; what is wrong with it is said by who reads it. */
function textOf(file: string): string {
  try {
    return statSync(file).isFile() ? readFileSync(file, "utf8") : "";
  } catch {
    return "";
  }
}

/** Once: who asks again wants to know how it is then. */
export function takeEarly(engine: EngineName, image: string): Promise<Called> | undefined {
  const early = engine === "podman" ? asked.get(image) : undefined;
  asked.delete(image);
  return early?.then((called) => called ?? inspect(engine, image));
}

/** What docker says of itself, once; undefined where nobody has asked, or it has not answered. */
export async function takeInfo(): Promise<unknown> {
  const early = info;
  info = undefined;
  return early;
}

export const inspect = (engine: EngineName, image: string): Promise<Called> =>
  call(engine, ["image", "inspect", image]);

let info: Promise<unknown> | undefined;
const asked = new Map<string, Promise<Called | undefined>>();

const IMAGE = /\bimage["']?\s*:\s*["']?([\w][\w./:@-]*)/g;
const MOST = 2;
