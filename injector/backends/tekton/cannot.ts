// What one TaskRun cannot say, as a user's mistake with a cure.

import { type Diagnostic, UserError } from "../../diagnostics/diagnostic.ts";

export const cannot = (message: string): UserError => new UserError([impossible(message)]);

export const impossible = (message: string): Diagnostic => ({
  code: "not-in-taskrun",
  message,
  severity: "error",
  cure: "compile it to kubernetes, which keeps it, or leave it out of what is compiled to tekton",
});
