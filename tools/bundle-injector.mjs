// Bundles the CLI and the library into dist/, and the CLI once more, in one file, for the single executable.
import { chmodSync, rmSync } from "node:fs";
import { build } from "esbuild";
import { writeBundledPackages } from "./bundled-packages.mjs";

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  logLevel: "warning",
  minify: true,
  legalComments: "none",
};
rmSync("dist/chunks", { recursive: true, force: true });
await build({
  ...common,
  entryPoints: {
    cli: "injector/bin/cli.ts",
    index: "injector/index.ts",
    sdk: "injector/sdk/index.ts",
    embed: "injector/embed/index.ts",
  },
  outdir: "dist",
  format: "esm",
  // Verbs are chunks of their own, loaded when they are asked for.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  outExtension: { ".js": ".mjs" },
  // commander and execa are CommonJS: in a module, require must be made.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
chmodSync("dist/cli.mjs", 0o755);
const { metafile } = await build({
  ...common,
  metafile: true,
  entryPoints: ["injector/bin/cli.ts"],
  outfile: "build/cli.cjs",
  format: "cjs",
  // A single executable has no module of its own: what looks beside it looks beside the executable.
  define: { "import.meta.dirname": "undefined" },
});
writeBundledPackages(metafile, "build/cli.packages.json");
