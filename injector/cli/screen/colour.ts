// Whether to paint: NO_COLOR and --no-color say no, FORCE_COLOR says yes, else a terminal decides.

import type { WriteStream } from "node:tty";

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

export function wantsColour(stream: { readonly isTTY?: boolean }, environment = process.env): boolean {
  if (process.argv.includes("--no-color") || environment["NO_COLOR"]) return false;
  return Boolean(environment["FORCE_COLOR"]) || (stream as WriteStream).isTTY === true;
}

export const painter = (colour: boolean): Paint =>
  colour ? (text, style) => `\u001b[${CODES[style]}m${text}\u001b[0m` : (text) => text;
