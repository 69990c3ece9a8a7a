// A user's mistake: a code to search for, a place to go to, a cure to apply. Collected, never thrown one by one.

import type { Code } from "./codes.ts";

/** Where in which file; line and column count from 1, `length` is characters for the caret line. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length?: number;
  /** The source line itself, for the caret. */
  readonly text?: string;
}

export interface Diagnostic {
  /** Stable: explained with an example each in docs/errors.md. */
  readonly code: Code;
  readonly message: string;
  readonly severity: "error" | "warning";
  readonly place?: Place;
  /** What to do about it, as an order: "rename it to …". */
  readonly cure?: string;
}

/** All errors found at once. The CLI prints them and exits 2; library users read `diagnostics`. */
export class UserError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((one) => one.message).join("\n"));
    this.name = "UserError";
    this.diagnostics = diagnostics;
  }
}

/** A mistake on the command line: no place in a file. */
export const mistake = (code: Code, message: string, cure: string): UserError =>
  new UserError([flagFault(code, message, cure)]);

export const flagFault = (code: Code, message: string, cure: string): Diagnostic => ({
  code,
  severity: "error",
  message,
  cure,
});
