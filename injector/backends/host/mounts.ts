// What the mount of a directory allows.

import { readFileSync, realpathSync } from "node:fs";

/** Whether nothing in it may be executed. */
export function isNoexec(directory: string): boolean {
  const path = realpathSync(directory);
  const above = mounts()
    .filter(({ place }) => path === place || path.startsWith(place.endsWith("/") ? place : `${place}/`))
    .sort((a, b) => a.place.length - b.place.length);
  return above.at(-1)?.options.includes("noexec") === true;
}

function mounts(): readonly { readonly place: string; readonly options: readonly string[] }[] {
  try {
    const lines = readFileSync("/proc/self/mounts", "utf8").split("\n");
    return lines.map((line) => {
      const [, place = "", , options = ""] = line.split(" ");
      return { place: place.replaceAll("\\040", " "), options: options.split(",") };
    });
  } catch {
    return [];
  }
}
