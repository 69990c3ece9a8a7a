// baton compile FILE… --to BACKEND: the words of the verb; what it does is in print-manifest.ts.

import { type Command, Option } from "commander";
import { RENDERERS } from "../../backends/index.ts";
import { VERSION } from "../../documents/version.ts";
import { addInput, addMaxPod } from "../input/input.ts";
import { addOutput } from "../input/output.ts";
import type { CompileFlags } from "./print-manifest.ts";

export const define = (command: Command): void => {
  addOutput(addMaxPod(addInput(command)), ["yaml"])
    .addOption(
      new Option("--to <backend>", "what to make of it")
        .choices(Object.keys(RENDERERS))
        .makeOptionMandatory(),
    )
    .option(
      "--entrypoint-image <image>",
      "image of the entrypoint",
      `ghcr.io/baton-run/entrypoint:${VERSION}`,
    )
    .option("-n, --namespace <name>", "namespace of what is made")
    .addOption(new Option("--kind <kind>", "kubernetes: what holds the containers").choices(["pod", "job"]))
    .addOption(
      new Option("--inject <how>", "kubernetes: how the entrypoint gets in").choices([
        "init",
        "image-volume",
      ]),
    )
    .option("--restricted", "kubernetes: the restricted Pod Security profile, also for images that want root")
    .option(
      "--pod-resources",
      "kubernetes: requests on the pod as a whole (Kubernetes 1.34), not on its steps",
    )
    .option("--network <mode>", "compose: network_mode of the steps")
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (files: readonly string[], flags: CompileFlags) => {
      const { printManifest } = await import("./print-manifest.ts");
      await printManifest(files, flags);
    });
};
