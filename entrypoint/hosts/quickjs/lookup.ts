// Which files a command's name may mean, and, when none of them could be executed, why not, in words.

import * as native from "baton:native";
import type { Command, Spawned } from "../../host.ts";
import { EACCES, EISDIR, ENOENT, ENOTDIR } from "./errors.ts";
import { files } from "./files.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const ENOEXEC = 8;
const E2BIG = 7;

/** A name with a slash is a path; without one it is searched in PATH of the command's own environment. */
export function candidates({ argv: [name = ""], environment }: Command): readonly string[] {
  if (name.includes("/") || name === "") return [name];
  return searchPath(environment)
    .split(":")
    .map((directory) => `${directory === "" ? "." : directory}/${name}`);
}

/** Why execve(2) refused all of the candidates: `errno` is its answer. */
export function refusal(command: Command, errno: number): Spawned {
  const name = command.argv[0] ?? "";
  if (errno === ENOENT || errno === ENOTDIR) return missing(command, name);
  const file = candidates(command).find((one) => files.stat(one) !== undefined) ?? name;
  if (errno === EACCES) return notExecutable(forbidden(file));
  if (errno === ENOEXEC) return notExecutable(`${file}: exec format error: ${format(file)}`);
  const hint = errno === E2BIG ? " (its arguments and environment together)" : "";
  return { ok: false, why: "failed", problem: `${file}: ${native.strerror(errno)}${hint}` };
}

const searchPath = (environment: readonly string[]): string =>
  environment.findLast((entry) => entry.startsWith("PATH="))?.slice("PATH=".length) ?? DEFAULT_PATH;

function missing(command: Command, name: string): Spawned {
  const file = candidates(command).find((one) => files.stat(one)?.type === "file");
  if (file !== undefined) {
    const interpreter = interpreterOf(file);
    if (interpreter?.endsWith("\r"))
      return notFound(
        `${file}: its lines end as on Windows (CR LF): Unix looks for ${interpreter.trim()}\\r`,
      );
    return notFound(
      `${file}: its interpreter ${interpreter ?? "(a dynamic loader)"} is not there: no such file`,
    );
  }
  return name.includes("/") || name === ""
    ? notFound(`${name || '""'}: no such file`)
    : notFound(`${name}: command not found in PATH (${searchPath(command.environment)})`);
}

function forbidden(file: string): string {
  if (files.stat(file)?.type === "directory") return `${file}: ${native.strerror(EISDIR).toLowerCase()}`;
  if (native.isNoExec(file) === 1)
    return `${file}: permission denied: its file system is mounted noexec; put it on a volume that is not`;
  return `${file}: permission denied: the file, or its interpreter, has no execute permission`;
}

/** Go's and the kernel's names of the processors an image may have been built for (e_machine of ELF). */
const MACHINES: Readonly<Record<number, readonly [string, string]>> = {
  3: ["386", "i686"],
  21: ["ppc64le", "ppc64le"],
  22: ["s390x", "s390x"],
  40: ["arm", "armv7l"],
  62: ["amd64", "x86_64"],
  183: ["arm64", "aarch64"],
  243: ["riscv64", "riscv64"],
};

function format(file: string): string {
  const head = files.readBytes(file, 20);
  const elf = head !== undefined && head[0] === 0x7f && head[1] === 0x45;
  const built = elf ? MACHINES[(head[18] ?? 0) | ((head[19] ?? 0) << 8)] : undefined;
  return built !== undefined && built[1] !== native.machine()
    ? `built for ${built[0]}, and this machine is ${native.machine()}`
    : "neither a program for this system nor a script with #!";
}

/** The file named by a script's first line, or by an ELF program's PT_INTERP, the only text like it in its head. */
function interpreterOf(file: string): string | undefined {
  const bytes = files.readBytes(file, 4096);
  if (bytes === undefined) return undefined;
  const head = String.fromCharCode(...bytes);
  return /^#![ \t]*([^ \t\n]+)/.exec(head)?.[1] ?? /\0(\/[\x21-\x7e]*\/ld[-.][\x21-\x7e]+)\0/.exec(head)?.[1];
}

const notFound = (problem: string): Spawned => ({ ok: false, why: "notFound", problem });
const notExecutable = (problem: string): Spawned => ({ ok: false, why: "notExecutable", problem });
