// Whether to paint: NO_COLOR and --no-color say no, FORCE_COLOR says yes, else a terminal decides.

import type { Screen, Terminal } from "../terminal.ts";

export type Paint = (text: string, style: Style) => string;
export type Style = keyof typeof CODES;

const CODES = {
  red: "31",
  green: "32",
  yellow: "33",
  blue: "34",
  magenta: "35",
  cyan: "36",
  dim: "2",
  bold: "1",
} as const;

/** Of one of the terminal's two streams. */
export function wantsColour({ words, environment }: Terminal, stream: Pick<Screen, "isTTY">): boolean {
  if (words.includes("--no-color") || environment["NO_COLOR"]) return false;
  return Boolean(environment["FORCE_COLOR"]) || stream.isTTY;
}

/** For what is written to standard output. */
export const outPainter = (terminal: Terminal): Paint => painter(wantsColour(terminal, terminal.out));

export const painter = (colour: boolean): Paint =>
  colour ? (text, style) => `\u001b[${CODES[style]}m${text}\u001b[0m` : (text) => text;
