// Private paths without an engine: /tekton of a test's own, by bubblewrap, so that Tekton's absolute paths work.
import { mkdirSync, readdirSync } from "node:fs";
import { type Running, startProgram } from "./_entrypoint.ts";
import type { RunFolder } from "./_run.ts";

/** Starts a program that sees `<run>/tekton` as /tekton and everything else as it is. */
export function startInPod(
  run: RunFolder,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  mkdirSync(run.file("tekton"), { recursive: true });
  const top = readdirSync("/")
    .filter((name) => name !== "tekton")
    .flatMap((name) => ["--dev-bind", `/${name}`, `/${name}`]);
  const view = ["--tmpfs", "/", ...top, "--bind", run.file("tekton"), "/tekton"];
  return startProgram(run, ["bwrap", ...view, "--", ...argv], { environment });
}

/**
 * Runs a script in a mount namespace of its own, after these mounts: `["tmpfs", "/dir", "size=64k"]`. Whatever the
 * script mounts goes with it.
 */
export function startWithMounts(
  run: RunFolder,
  mounts: readonly (readonly [string, string, string])[],
  argv: readonly string[],
): Running {
  const lines = mounts
    .map(([type, at, options]) => `mkdir -p '${at}' && mount -t ${type} -o ${options} none '${at}' && `)
    .join("");
  return startProgram(run, [
    "unshare",
    "--user",
    "--map-root-user",
    "--mount",
    "sh",
    "-c",
    `${lines}exec "$@"`,
    "sh",
    ...argv,
  ]);
}
