// A user's mistakes, as they are told.

import type { UserError } from "../../diagnostics/diagnostic.ts";
import type { Terminal } from "../terminal.ts";
import { wantsColour } from "./colour.ts";

export async function tell(terminal: Terminal, { diagnostics }: UserError): Promise<void> {
  const [{ diagnosticsText }, { visibleTree }] = await Promise.all([
    import("../../diagnostics/text.ts"),
    import("./visible.ts"),
  ]);
  const shown = terminal.err.isTTY ? visibleTree(diagnostics) : diagnostics;
  terminal.err.write(diagnosticsText(shown, { colour: wantsColour(terminal, terminal.err) }));
}
