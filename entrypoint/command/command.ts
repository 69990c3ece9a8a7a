// Which command to run: `-entrypoint` and the words after "--", those words alone, or what the image would run on this
// platform.

import { StepFault } from "../endings/fault.ts";
import type { Command, Host } from "../host.ts";
import { type Beneath, beneathTop, type Flags, inStep, STEPS_DIR } from "../protocol/index.ts";
import { parseObject } from "../text/json.ts";
import type { Arguments } from "./arguments.ts";

/** The words to run, before any substitution. Throws StepFault where there is nothing to run. */
export function commandWords(host: Host, { flags, operands, words }: Arguments): readonly string[] {
  const [stray] = operands;
  if (stray !== undefined)
    throw new StepFault(
      "InvalidFlags",
      `unexpected word "${stray}": a command is given as -entrypoint COMMAND -- ARGUMENTS`,
    );
  if (flags.entrypoint !== undefined) return [flags.entrypoint, ...words];
  if (words.length > 0 && variable(host, PLATFORM_COMMANDS) === undefined) return words;
  return [...platformCommand(host), ...words];
}

/** The words as a step or a sidecar runs them, with the files that get a copy of what it says. */
export const commandOf = (host: Host, flags: Flags, argv: readonly string[]): Command => ({
  argv,
  environment: host.environment,
  ...(flags.stdout_path === undefined ? {} : { stdoutPath: streamPlace(host, flags, flags.stdout_path) }),
  ...(flags.stderr_path === undefined ? {} : { stderrPath: streamPlace(host, flags, flags.stderr_path) }),
});

/** The value of a variable; where it is given twice, the last one counts, as in a shell. */
export function variable(host: Host, name: string): string | undefined {
  const start = `${name}=`;
  return host.environment.findLast((entry) => entry.startsWith(start))?.slice(start.length);
}

/** Anywhere, in a volume of others too. Only the layout's own link of a step's name is followed. */
function streamPlace(host: Host, { steps_dir: directory = STEPS_DIR }: Flags, path: string): Beneath {
  const [name = "", ...rest] = path.startsWith(`${directory}/`)
    ? path.slice(directory.length + 1).split("/")
    : [];
  const target = name === "" ? undefined : host.readLink(`${directory}/${name}`);
  return target?.startsWith("/") ? inStep(target, rest.join("/")) : beneathTop(path);
}

const PLATFORM_COMMANDS = "TEKTON_PLATFORM_COMMANDS";

/** `{"linux/arm64/v8": ["/bin/x"], "linux/amd64": […]}`: with the variant first, then without. */
function platformCommand(host: Host): readonly string[] {
  const text = variable(host, PLATFORM_COMMANDS);
  if (text === undefined)
    throw new StepFault("InvalidFlags", `nothing to run: give -entrypoint, or ${PLATFORM_COMMANDS}`);
  const { os, arch, variant } = host.platform;
  const commands = parseObject(text);
  const command = commands?.[`${os}/${arch}/${variant}`] ?? commands?.[`${os}/${arch}`];
  if (Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === "string"))
    return command;
  throw new StepFault(
    "InvalidFlags",
    `${PLATFORM_COMMANDS} has no command for ${os}/${arch}: ${text.slice(0, 200)}`,
  );
}
