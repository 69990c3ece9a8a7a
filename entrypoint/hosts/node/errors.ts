// Node's exceptions in the port's words: every file call that fails throws HostError with an errno name.

import { getSystemErrorMap } from "node:util";
import { HostError } from "../../host.ts";

/** Runs a file call; what it throws becomes a HostError about `path`. */
export function attempt<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw hostError(path, error);
  }
}

/** The same for calls that answer undefined where nothing is there. */
export function attemptIfThere<T>(path: string, call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw hostError(path, error);
  }
}

/** An error that is known by its errno name alone. */
export const systemError = (path: string, code: string): HostError =>
  new HostError(code, `${path}: ${wordsFor(code)}`, path);

export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "EIO";
}

const hostError = (path: string, error: unknown): HostError =>
  error instanceof HostError ? error : systemError(path, codeOf(error));

const WORDS = new Map([...getSystemErrorMap().values()].map(([name, words]) => [name, words]));

const wordsFor = (code: string): string => WORDS.get(code) ?? code;
