// Finding the file of a command, and saying why it cannot be run, before anything is started: Node's own errors do
// not tell a missing command from a missing interpreter, and its execvp hands files without a format to /bin/sh.

import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

export type Lookup =
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly why: "notFound" | "notExecutable"; readonly problem: string };

/** `name` with a slash is a path; without one it is searched in `searchPath`, as a shell does. */
export function lookUp(name: string, searchPath: string): Lookup {
  if (name.includes("/")) return examine(name);
  let refused: Lookup | undefined;
  for (const folder of searchPath.split(delimiter)) {
    const found = examine(join(folder === "" ? "." : folder, name));
    if (found.ok) return found;
    if (found.why === "notExecutable") refused ??= found;
  }
  return (
    refused ?? { ok: false, why: "notFound", problem: `${name}: command not found in PATH (${searchPath})` }
  );
}

const ELF = "\x7fELF";
const MACH_O = ["\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe"];

function examine(file: string): Lookup {
  try {
    if (statSync(file).isDirectory()) return notExecutable(`${file}: is a directory`);
  } catch {
    return notFound(`${file}: no such file`);
  }
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return notExecutable(
      `${file}: permission denied: the file has no execute permission, or its file system is mounted noexec`,
    );
  }
  return checkFormat(file);
}

function checkFormat(file: string): Lookup {
  const head = firstBytes(file);
  if (head === undefined || head.startsWith(ELF) || MACH_O.some((magic) => head.startsWith(magic)))
    return { ok: true, file };
  if (!head.startsWith("#!"))
    return notExecutable(
      `${file}: exec format error: neither a program for this system nor a script with #!`,
    );
  const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(head)?.[1] ?? "";
  if (interpreter.endsWith("\r"))
    return notFound(`${file}: its lines end as on Windows (CR LF): Unix looks for ${interpreter.trim()}\\r`);
  const found = examine(interpreter);
  return found.ok ? { ok: true, file } : { ...found, problem: `${file}: its interpreter ${found.problem}` };
}

/** undefined where the file may be executed but not read: its format is then the kernel's business. */
function firstBytes(file: string): string | undefined {
  try {
    const opened = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(256);
      return bytes.subarray(0, readSync(opened, bytes)).toString("latin1");
    } finally {
      closeSync(opened);
    }
  } catch {
    return undefined;
  }
}

const notFound = (problem: string): Lookup => ({ ok: false, why: "notFound", problem });
const notExecutable = (problem: string): Lookup => ({ ok: false, why: "notExecutable", problem });
