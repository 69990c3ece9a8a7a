// A terminal that remembers what it was told, and one call of the command line at it.

import { main } from "../../../injector/cli/main.ts";
import type { Screen, Terminal } from "../../../injector/cli/terminal.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function memoryTerminal(words: readonly string[], more: Partial<Terminal> = {}) {
  const said = { out: "", err: "" };
  const screen = (name: "out" | "err"): Screen => {
    const write = (text: string) => {
      said[name] += text;
    };
    return { isTTY: false, columns: undefined, rows: undefined, write, draw: write };
  };
  const terminal: Terminal = {
    out: screen("out"),
    err: screen("err"),
    environment: {},
    words,
    input: () => "",
    onSignal: () => () => undefined,
    onOutputLost: () => undefined,
    leave: () => undefined,
    ...more,
  };
  return { terminal, said };
}

/** Runs `baton …words`. */
export async function call(words: readonly string[], more: Partial<Terminal> = {}): Promise<Said> {
  const { terminal, said } = memoryTerminal(words, more);
  const code = await main(terminal);
  return { code, ...said };
}
