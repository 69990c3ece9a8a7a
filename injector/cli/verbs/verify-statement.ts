// Carries out `baton verify`: 0 where all is as the statement says and as was asked for, else 1.

import { givenText } from "../../beneath/read.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";
import { LONGEST } from "../../verify/envelope.ts";
import { verifyingKey } from "../../verify/signature.ts";
import { verdictText, verify } from "../../verify/verify.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import type { Terminal } from "../terminal.ts";

export interface VerifyFlags extends OutputOptions {
  readonly key: string;
  readonly image: readonly string[];
  readonly builderId?: string;
  readonly source: readonly string[];
  readonly param: readonly string[];
}

/** Throws UserError. */
export async function verifyStatement(
  terminal: Terminal,
  statement: string,
  paths: readonly string[],
  flags: VerifyFlags,
): Promise<number> {
  const { format, file } = outputOf(flags, ["text", "json"]);
  const verdict = await verify({
    key: { key: verifyingKey(readText(flags.key), flags.key), file: flags.key },
    policy: {
      ...defined({ builderId: flags.builderId }),
      sources: flags.source,
      params: flags.param.map(pair),
    },
    statement: { text: readText(statement), file: statement },
    paths,
    images: flags.image,
    signal: new AbortController().signal,
  });
  writeText(
    terminal,
    format === "json" ? `${JSON.stringify(verdict, null, 2)}\n` : verdictText(verdict),
    file,
  );
  return verdict.verified ? 0 : 1;
}

function pair(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw mistake("bad-flag", `--param ${text} has no value`, "write --param name=value");
}

/** No more than a statement may have. */
function readText(file: string): string {
  try {
    return givenText(file, LONGEST);
  } catch (error) {
    throw mistake("file-unreadable", `cannot read ${file}: ${(error as Error).message}`, "check the name");
  }
}
