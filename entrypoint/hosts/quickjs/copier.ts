// A stream on its way from the command: as it is, or through a process that copies it into a file as well.

import * as native from "baton:native";
import type { Exit, Path } from "../../host.ts";
import { endOf } from "./children.ts";
import { checked, textOf } from "./errors.ts";
import { O_APPEND } from "./flags.ts";
import { openForWriting } from "./places.ts";
import { makeDirectory, parentOf } from "./trees.ts";

export interface Copier {
  /** What the command is to write to. */
  readonly target: number;
  /** The command has been started, or has failed to: the target is its own now. */
  started(): void;
  /** Resolves when all that the command wrote has been passed on. To be called once the command has ended. */
  drained(): Promise<void>;
}

export const inherited = (stream: 1 | 2): Copier => ({
  target: stream,
  started: () => {},
  drained: () => Promise.resolve(),
});

/** Copies to `path`, appended, its directory made. Throws HostError where the file cannot be opened. */
export function copier(stream: 1 | 2, path: Path, log: (line: string) => void): Copier {
  const above = parentOf(path);
  if (above !== undefined) makeDirectory(above);
  const file = openForWriting(path, O_APPEND, 0o644);
  const [source, target] = checked("pipe", native.pipe()) as readonly [number, number];
  const [control, lifeline] = checked("pipe", native.pipe()) as readonly [number, number];
  const process = checked("fork", native.pump(source, stream, file, control)) as number;
  for (const descriptor of [source, file, control]) native.close(descriptor);
  const ended = endOf(process);
  return {
    target,
    started: () => void native.close(target),
    drained: async () => {
      native.close(lifeline);
      const problem = problemOf(await ended);
      if (problem !== undefined) log(`warning: the output in ${textOf(path)} is not complete: ${problem}`);
    },
  };
}

/** The copying process exits with the errno of the file. */
function problemOf(exit: Exit): string | undefined {
  if ("signal" in exit) return `copying was ended by ${exit.signal}`;
  return exit.code === 0 ? undefined : native.strerror(exit.code);
}
