// A step's script as a file that the kernel can run.

import { UserError } from "../../diagnostics/diagnostic.ts";

const DEFAULT_HEAD = "#!/bin/sh\nset -e\n";

/** Tekton's rule: a script without an interpreter line is /bin/sh's and stops at the first error. */
export function scriptText(script: string): string {
  if (script.startsWith("#!win"))
    throw new UserError([
      {
        code: "windows-script",
        severity: "error",
        message:
          "scripts for Windows (`#!win`) cannot be run: Baton's steps are Linux containers or processes",
        cure: "write the script for an interpreter of the step's image, with its own `#!` line",
      },
    ]);
  return script.startsWith("#!") ? script : DEFAULT_HEAD + script;
}
