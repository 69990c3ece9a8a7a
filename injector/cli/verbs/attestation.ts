// From the record of a run to a statement in a file, signed where there is a key.

import { givenText } from "../../beneath/read.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";
import { signed, signingKey } from "../../provenance/dsse.ts";
import { parseRecord } from "../../provenance/parse-record.ts";
import { statementOf } from "../../provenance/statement.ts";
import type { RunRecord } from "../../record/record.ts";
import type { SigningOptions } from "../input/signing.ts";
import { writeText } from "../process/write.ts";
import type { Terminal } from "../terminal.ts";

/** Attests the run whose record is in `file`. Throws UserError. */
export function attest(
  terminal: Terminal,
  file: string,
  options: SigningOptions,
  output: string | undefined,
): void {
  const text = file === "-" ? terminal.input() : readText(file);
  openAttestation(terminal, options, output)(parseRecord(text, file === "-" ? "<stdin>" : file));
}

/** What attests a run to `output`. Throws UserError at once where the key or the builder is none. */
export function openAttestation(
  terminal: Terminal,
  { key: file, builderId }: SigningOptions,
  output: string | undefined,
): (record: RunRecord) => void {
  if (builderId !== undefined && !URL.canParse(builderId))
    throw mistake(
      "bad-flag",
      `--builder-id ${builderId} is no URI`,
      "write one, such as https://example.com/ci",
    );
  const key = file === undefined ? undefined : signingKey(readText(file), file);
  return (record) => {
    const statement = statementOf(record, defined({ builderId }));
    const document = key === undefined ? statement : signed(statement, key);
    writeText(terminal, `${JSON.stringify(document, null, 2)}\n`, output);
  };
}

function readText(file: string): string {
  try {
    return givenText(file);
  } catch (error) {
    throw mistake("file-unreadable", `cannot read ${file}: ${(error as Error).message}`, "check the name");
  }
}
