// baton run FILE…: the words of the verb. What it does is in execute.ts, which is loaded when there is something to do.

import { type Command, Option } from "commander";
import { ENGINES } from "../../backends/index.ts";
import { addCache } from "../input/cache-options.ts";
import { entrypointImage } from "../input/entrypoint-image.ts";
import { addInput } from "../input/input.ts";
import { addKeeping } from "../input/kept-options.ts";
import { addOutput } from "../input/output.ts";
import { addSigning } from "../input/signing.ts";
import { RUN_FORMATS } from "../screen/formats.ts";
import type { Terminal } from "../terminal.ts";
import type { Call } from "../verb.ts";
import type { RunFlags } from "./execute.ts";

export const define = (command: Command, { terminal, exit }: Call): void => {
  addRun(command, terminal).action(async (files: readonly string[], flags: RunFlags) => {
    // What others are asked takes as long as the rest of this program takes to come.
    if (flags.on === "local") (await import("../../backends/local/site.ts")).lookEarly();
    else if (flags.on !== "kubernetes")
      (await import("../../backends/containers/early.ts")).askEarly(flags.on, files);
    const { execute } = await import("./execute.ts");
    exit(await execute(terminal, files, flags));
  });
};

/** All that a run can be told. */
export const addRun = (command: Command, terminal: Terminal): Command =>
  addOutput(addCache(addKeeping(addSigning(addInput(command)))), RUN_FORMATS)
    .addOption(
      new Option("--on <backend>", "where to run it")
        .choices(["local", ...Object.keys(ENGINES), "kubernetes"])
        .default("local"),
    )
    .option("--network <mode>", "podman, docker: the network of the steps, such as host or none")
    .option("-n, --namespace <name>", "kubernetes: the namespace, where it is not the kubeconfig's")
    .option("--context <name>", "kubernetes: which of the kubeconfig's contexts")
    .addOption(
      new Option(
        "--inject <how>",
        "kubernetes: how the entrypoint gets in, where it is not by version",
      ).choices(["init", "image-volume"]),
    )
    .option("--restricted", "kubernetes: the restricted Pod Security profile, also for images that want root")
    .addOption(entrypointImage(terminal))
    .option("--profile <name>", "compose file: a profile that is active", each, [])
    .option("--device <path>", "local: a device of this machine for the steps, such as /dev/kvm", each, [])
    .option("--env <name[=value]>", "local: a variable for the steps; without a value, yours", each, [])
    .option("--env-file <file>", "local: variables for the steps, a NAME=VALUE in each line", each, [])
    .option("--home", "local: let the steps have your home directory, to read and to write")
    .option(
      "--continue <run>",
      "go on from a kept run: what succeeded, and whose data is what it was, is not run again",
    )
    .option(
      "--from <task>",
      "the same, beginning with this Task; from the latest run of that name, or that of --continue",
    )
    .option("--only <task>", "the same, with this Task alone")
    .option("--keep", "leave the run's directory or containers in place, and say where they are")
    .option("--report <file>", "write the run as one HTML page, as `baton report` does")
    .option("--provenance <file>", "write the statement of what it has built, as `baton attest` does")
    .option("-q, --quiet", "only the end: how it went, and why it failed")
    .addOption(
      new Option(
        "-v, --verbose",
        "at the end also how each step was started, and how big the results are",
      ).conflicts("quiet"),
    )
    .option("--timestamps", "through a pipe: when each line was said")
    .addOption(
      new Option("--log-order <order>", "grouped: what a step says in one piece, when it has ended").choices([
        "live",
        "grouped",
      ]),
    )
    .option("--junit <file>", "write the run as JUnit's XML, a case for each step")
    .option("--no-color", "no colours (NO_COLOR says the same)");

const each = (one: string, before: readonly string[]): readonly string[] => [...before, one];
