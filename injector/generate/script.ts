// A script as the SDK's `sh` takes it: indented with the code around it, read back to the byte, or not at all.

import { sh } from "../sdk/sh.ts";
import { Code, type Parts, template } from "./code.ts";

/** `sh` and a template; a template alone where `sh` would not give the same text back. */
export function printScript(parts: Parts, indent: number): string {
  const text = parts.map((part) => (part instanceof Code ? HOLE : part)).join("");
  const codes = parts.filter((part) => part instanceof Code);
  const ended = text.endsWith("\n");
  const raw = framed(ended ? text : `${text}\n`, indent);
  if (!text.includes("\n") || !survives(raw, text)) return template(parts).source;
  const filled = raw.split(HOLE).map((part, index) => `${part}${hole(codes[index])}`);
  return `sh\`${filled.join("")}\`${ended ? "" : ".trimEnd()"}`;
}

const HOLE = "\0";

function framed(text: string, indent: number): string {
  const pad = " ".repeat(indent + 2);
  const lines = text.slice(0, -1).split("\n");
  const shifted = lines.map((line) => (line === "" ? "\n" : `${pad}${line}\n`)).join("");
  return `\n${shifted}${" ".repeat(indent)}`.replaceAll("`", "\\`").replaceAll("${", "\\${");
}

/** A backslash before what had to be escaped would be read as escaped itself. */
function survives(raw: string, text: string): boolean {
  if (/\\\\(`|\$\{)|\\\0|\r/.test(raw)) return false;
  const parts = raw.split(HOLE);
  const strings = Object.assign([...parts], { raw: parts });
  const read = sh(strings, ...parts.slice(1).map(() => HOLE));
  return (text.endsWith("\n") ? read : read.trimEnd()) === text;
}

const hole = (code: Code | undefined): string => (code === undefined ? "" : `\${${code.source}}`);
