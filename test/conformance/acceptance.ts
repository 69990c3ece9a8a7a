// What Tekton itself accepts, by a program that is no part of this project (docs/conformance.md says what it has to do).

import { spawnSync } from "node:child_process";
import { PASSED } from "./outcomes.ts";

/** Of each file `passed`, or why it is refused. */
export function readAcceptance(program: string, files: readonly string[]): ReadonlyMap<string, string> {
  const { status, stdout, stderr, error } = spawnSync(program, [...files], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const [word, file = "", ...reason] = line.split(" ");
      return [file, word === "accepted" ? PASSED : `refused: ${firstLine(reason.join(" "))}`];
    }),
  );
}

const firstLine = (reason: string): string => String(JSON.parse(reason)).split("\n")[0]?.slice(0, 160) ?? "";
