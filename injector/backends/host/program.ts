// Which build of the entrypoint runs the steps: the native binary beside this program, else the Node build.

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DigestSet } from "../../../entrypoint/protocol/index.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";

export interface Program {
  /** How to start it, flags excepted. */
  readonly argv: readonly string[];
  /** The file to show inside a run. */
  readonly file: string;
  readonly native: boolean;
}

/** Throws UserError where there is no build at all. `BATON_ENTRYPOINT` names another file. */
export function findProgram(environment: NodeJS.ProcessEnv = process.env): Program {
  const chosen = environment["BATON_ENTRYPOINT"];
  if (chosen !== undefined && chosen !== "" && isThere(chosen)) return describe(chosen);
  const isChosen = chosen !== undefined && chosen !== "";
  for (const name of isChosen ? [] : NAMES)
    for (const directory of places())
      if (isThere(join(directory, name))) return describe(join(directory, name));
  throw new UserError([
    {
      code: "no-entrypoint",
      message: `no build of the entrypoint ${isChosen ? `at ${chosen}` : `in ${places().join(", ")}`}`,
      severity: "error",
      cure: "make build, or set BATON_ENTRYPOINT to one",
    },
  ]);
}

export const digestOf = (binary: Uint8Array): DigestSet => ({
  sha256: createHash("sha256").update(binary).digest("hex"),
});

export const programDigest = ({ file }: Program): DigestSet => digestOf(readFileSync(file));

/** Unknown in a single executable, which is no Node that could run a script. */
const HERE: string | undefined = import.meta.dirname;
/** The package holds one for each architecture, the source tree and an image that of this machine. */
const NATIVE = process.platform === "linux" ? [`linux-${architecture()}/entrypoint`] : [];
const NAMES = [...NATIVE, "entrypoint", HERE === undefined ? "entrypoint-node" : "entrypoint.mjs"];

/** Beside the bundle, beside its chunks, beside the single executable, or in dist/ of the source tree. */
function places(): readonly string[] {
  if (HERE === undefined) return [dirname(process.execPath)];
  return [HERE, dirname(HERE), join(HERE, "../../../dist")];
}

function architecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}

function describe(file: string): Program {
  const script = /\.[cm]?js$/.test(file);
  return { argv: script ? [process.execPath, file] : [file], file, native: /\/entrypoint$/.test(file) };
}

/** In the source tree `entrypoint` is a folder. */
const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
