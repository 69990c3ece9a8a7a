// A user's TypeScript or JavaScript module, run: bundled by the esbuild of its project, else as Node itself reads it.

import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Plugin } from "esbuild";
import { type Diagnostic, UserError } from "../diagnostics/diagnostic.ts";
import * as sdk from "../sdk/index.ts";

/** The module's exports by name. Throws UserError when it cannot be read or compiled, or fails. */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(file);
  const esbuild = esbuildOf(path);
  try {
    if (esbuild !== undefined) return run(await bundle(path, esbuild), path);
    if (!isNative(path)) throw new UserError([notRunnable(file)]);
    return await import(pathToFileURL(path).href);
  } catch (error) {
    throw userError(error, file);
  }
}

type Esbuild = typeof import("esbuild");

/** Of the project that the module is in: it is no dependency of ours at run time. */
function esbuildOf(path: string): Esbuild | undefined {
  try {
    return createRequire(path)("esbuild");
  } catch {
    return undefined;
  }
}

async function bundle(path: string, esbuild: Esbuild): Promise<string> {
  const built = await esbuild.build({
    entryPoints: [path],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
    define: { "import.meta.url": JSON.stringify(pathToFileURL(path).href) },
    plugins: [ourSdk],
  });
  return built.outputFiles[0]?.text ?? "";
}

/** Where the project has not installed the package, `baton-run/sdk` is the SDK of this very program. */
const ourSdk: Plugin = {
  name: "baton-run/sdk",
  setup(build) {
    build.onResolve({ filter: /^baton-run\/sdk$/ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === ourSdk) return undefined;
      const found = await build.resolve(path, { ...where, pluginData: ourSdk });
      return found.errors.length === 0 ? found : { path, namespace: "ours" };
    });
    build.onLoad({ filter: /./, namespace: "ours" }, () => ({ contents: "module.exports = batonSdk;" }));
  },
};

function run(code: string, path: string): Readonly<Record<string, unknown>> {
  const module = { exports: {} };
  const source = `${code}\n//# sourceURL=${pathToFileURL(path).href}`;
  new Function("module", "exports", "require", "batonSdk", source)(
    module,
    module.exports,
    createRequire(path),
    sdk,
  );
  return module.exports;
}

function isNative(path: string): boolean {
  const features = process.features as unknown as Readonly<Record<string, unknown>>;
  return !/\.[cm]?tsx?$/.test(path) || Boolean(features["typescript"]);
}

const notRunnable = (file: string): Diagnostic => ({
  code: "typescript-not-runnable",
  severity: "error",
  message: `this Node (${process.version}) cannot run ${file}, which is TypeScript`,
  cure: "npm install --save-dev esbuild, or use Node 22.18 or newer",
});

/** Mistakes in the module are the user's: told with their places, and without a stack of ours. */
function userError(error: unknown, file: string): UserError {
  if (isUserError(error)) return new UserError(error.diagnostics);
  const failed = { code: "module-failed", severity: "error" } as const;
  if (isBuildFailure(error))
    return new UserError(error.errors.map((one) => ({ ...failed, ...compileError(one) })));
  return new UserError([
    { ...failed, message: `${file} failed: ${error}`, cure: "run it alone to see where" },
  ]);
}

/** Of any copy of the SDK. */
const isUserError = (error: unknown): error is UserError =>
  error instanceof Error && error.name === "UserError" && "diagnostics" in error;

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && "errors" in error && Array.isArray(error.errors);

const compileError = ({
  text,
  location,
}: BuildFailure["errors"][number]): Pick<Diagnostic, "message" | "place"> =>
  location === null
    ? { message: text }
    : {
        message: text,
        place: {
          file: location.file,
          line: location.line,
          column: location.column + 1,
          length: location.length,
          text: location.lineText,
        },
      };
