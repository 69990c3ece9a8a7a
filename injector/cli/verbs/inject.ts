// baton inject -f FILE: the words of the verb; what it does is in inject-files.ts.

import type { Command } from "commander";
import { entrypointImage } from "../input/entrypoint-image.ts";
import { addLock } from "../input/lock-options.ts";
import { addOutput } from "../input/output.ts";
import type { Call } from "../verb.ts";
import type { InjectFlags } from "./inject-files.ts";

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(addLock(command), ["yaml"])
    .requiredOption(
      "-f, --filename <file>",
      "compose file, or YAML with Pods, Jobs or CronJobs; - is standard input",
      collect,
      [],
    )
    .addOption(entrypointImage(terminal))
    .option(
      "--image-layout <dir>",
      "directory of OCI's layout to look images without a command up in first",
      collect,
      [],
    )
    .option(
      "--profile <name>",
      "compose: a profile that is active; COMPOSE_PROFILES says the same",
      collect,
      [],
    )
    .addHelpText(
      "after",
      `
A pod says its order in the annotation baton.run/order: "a, b, c", or "{c: [a, b]}" for a graph; a compose file by
depends_on. Run what comes out with: docker compose -f FILE up --exit-code-from baton`,
    )
    .action(async (flags: InjectFlags) => {
      const { injectFiles } = await import("./inject-files.ts");
      await injectFiles(terminal, flags);
    });
};

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
