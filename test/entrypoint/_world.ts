// Steps on the memory host: boots one per line of a small table, lets time run out, and reads what is left.
import {
  Killed,
  type MemoryHost,
  type Programs,
  type Scripted,
  World,
} from "../../entrypoint/hosts/memory.ts";
// What is loaded when it is first used is there by then: virtual time does not wait for a loader.
import "../../entrypoint/artifacts/declared.ts";
import "../../entrypoint/artifacts/index.ts";
import "../../entrypoint/command/layout.ts";
import "../../entrypoint/cache/index.ts";
import "../../entrypoint/credentials/write.ts";
import "../../entrypoint/references/step-references.ts";
import "../../entrypoint/references/task-references.ts";
import "../../entrypoint/step/attempts.ts";
import "../../entrypoint/subcommands/index.ts";
import { main } from "../../entrypoint/main.ts";
import {
  type Flags,
  formatFlags,
  metadataDir,
  postFile,
  type StepStatus,
  statusFile,
} from "../../entrypoint/protocol/index.ts";

const programs: Programs = {
  true: () => 0,
  exit: ({ argv }) => Number(argv[1]),
  sleep: async ({ argv, sleep }) => {
    await sleep(Number(argv[1]));
    return 0;
  },
  stubborn: async (command) => {
    command.onSignal("SIGTERM", () => undefined);
    await command.sleep(Number(command.argv[1]));
    return 0;
  },
  polite: async (command) => {
    let code: number | undefined;
    command.onSignal("SIGTERM", () => {
      code = 0;
    });
    while (code === undefined) await command.sleep(50);
    return code;
  },
  write: ({ argv, files }) => {
    for (let at = 1; at + 1 < argv.length; at += 2) files.publish(argv[at] ?? "", argv[at + 1] ?? "", 0o644);
    return 0;
  },
  plain: "notExecutable",
};

export interface Booted {
  readonly host: MemoryHost;
  readonly exit: Promise<number>;
}

export interface Given extends Omit<Flags, "entrypoint"> {
  readonly command?: readonly string[];
  readonly environment?: readonly string[];
  readonly fault?: (operation: string, path: string) => string | undefined;
  readonly programs?: Programs;
}

/** Boots step `index` with the usual files; flags given win. */
export function boot(world: World, index: number, given: Given = {}): Booted {
  const { command = ["true"], environment = [], fault, programs: extra, ...flags } = given;
  const [entrypoint = "", ...words] = command;
  const all: Flags = {
    post_file: postFile(index),
    step_metadata_dir: metadataDir(index),
    step_name: `s${index}`,
    termination_path: `/termination-${index}`,
    ...(index > 0 ? { wait_file: [postFile(index - 1)] } : {}),
    ...(entrypoint === "" ? {} : { entrypoint }),
    ...flags,
  };
  return bootArguments(world, [...formatFlags(all), "--", ...words], {
    environment,
    programs: { ...programs, ...extra },
    ...(fault ? { fault } : {}),
  });
}

/** The process is gone once `main` has returned. */
export function bootArguments(
  world: World,
  args: readonly string[],
  rest: Omit<Parameters<World["boot"]>[0] & object, "args"> = {},
): Booted {
  const host = world.boot({ args, programs, ...rest });
  const exit = main(host).then(
    (code) => {
      host.kill();
      return code;
    },
    (error: unknown) => {
      if (error instanceof Killed) return new Promise<number>(() => undefined);
      throw error;
    },
  );
  return { host, exit };
}

/** Lets time run until nothing more can happen; undefined where the step still waits. */
export async function exitOf(world: World, { exit }: Booted): Promise<number | undefined> {
  let code: number | undefined;
  const settled = exit.then((given) => {
    code = given;
  });
  settled.catch(() => undefined);
  await world.clock.run();
  return code;
}

export const statusAt = (world: World, index: number): StepStatus | undefined =>
  JSON.parse(world.files.read(statusFile(metadataDir(index)), 1e9) ?? "null") ?? undefined;

/** "done", "error", or undefined: what a step posted. */
export function posted(world: World, index: number): "done" | "error" | "both" | undefined {
  const done = world.files.stat(postFile(index)) !== undefined;
  const error = world.files.stat(`${postFile(index)}.err`) !== undefined;
  if (done && error) return "both";
  return done ? "done" : error ? "error" : undefined;
}

/** The termination message as key → value. */
export function messageAt(world: World, index: number): Record<string, string> {
  const entries = JSON.parse(world.files.read(`/termination-${index}`, 1e9) ?? "[]");
  return Object.fromEntries(entries.map(({ key, value }: Record<string, string>) => [key, value]));
}

export type { Scripted };
export { World };
