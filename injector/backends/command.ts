// What a step runs and where, for targets in which every step needs an image and a command of its own.

import type { Code } from "../diagnostics/codes.ts";
import { UserError } from "../diagnostics/diagnostic.ts";
import type { PlannedContainer } from "../plan/model/plan.ts";

/** The real command and its arguments. An image's own entrypoint has to be looked up before: see image-command.ts. */
export function commandOf({ id, image, command, args }: PlannedContainer): readonly string[] {
  if (command !== undefined && command.length > 0) return [...command, ...args];
  throw mistake(
    "unknown-command",
    `${id} has no command, and what the image ${image} runs by itself is not known`,
    "give the step a command or a script, or make the image reachable so that it can be looked up",
  );
}

export function imageOf({ id, image }: PlannedContainer): string {
  if (image !== undefined && image !== "") return image;
  throw mistake(
    "no-image",
    `${id} has no image, which only the local backend can do without`,
    "give it an image",
  );
}

/** The container's own working directory: none where the entrypoint makes and enters it at its turn. */
export const startDirectory = ({ workingDir, flags }: PlannedContainer): string | undefined =>
  flags.working_dir === undefined ? workingDir : undefined;

const mistake = (code: Code, message: string, cure: string): UserError =>
  new UserError([{ code, message, severity: "error", cure }]);
