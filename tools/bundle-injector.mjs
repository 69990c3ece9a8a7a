// Bundles the CLI and the library into dist/, and the CLI once more, in one file, for the single executable.
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
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
/** Of node-fetch the client of Kubernetes asks what Node has by itself. */
const nodesOwnFetch = {
  name: "node's own fetch",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node-fetch$/ }, ({ path }) => ({ path, namespace: "own" }));
    onLoad({ filter: /.*/, namespace: "own" }, () => ({
      contents: `export const { Headers, Request, Response, FormData } = globalThis;
        export class AbortError extends Error {}
        export class FetchError extends Error {}
        export default globalThis.fetch;`,
    }));
  },
};
rmSync("dist/chunks", { recursive: true, force: true });
await build({
  ...common,
  entryPoints: {
    index: "injector/index.ts",
    sdk: "injector/sdk/index.ts",
    embed: "injector/embed/index.ts",
  },
  outdir: "dist",
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  outExtension: { ".js": ".mjs" },
  // commander and execa are CommonJS: in a module, require must be made.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
// The client of Kubernetes is as large as all the rest, and read only by runs in a cluster.
await build({
  ...common,
  stdin: { contents: 'export { KubeConfig } from "@kubernetes/client-node";', resolveDir: "." },
  outfile: "dist/kubernetes-client.cjs",
  format: "cjs",
  plugins: [nodesOwnFetch],
});
// What follows the first file, in one: V8 keeps what it has compiled of one text.
const rest = await build({
  ...common,
  entryPoints: ["injector/cli/main.ts"],
  outfile: "dist/cli.code",
  write: false,
  format: "cjs",
  plugins: [
    {
      name: "the client of Kubernetes is a file of its own",
      setup: ({ onResolve, onLoad }) => {
        onResolve({ filter: /^@kubernetes\/client-node$/ }, ({ path }) => ({ path, namespace: "client" }));
        onResolve({ filter: /\/kubernetes-client\.cjs$/ }, ({ path }) => ({ path, external: true }));
        const contents = 'module.exports = require("./kubernetes-client.cjs");';
        onLoad({ filter: /.*/, namespace: "client" }, () => ({ contents }));
      },
    },
  ],
  define: { "import.meta.dirname": "__dirname" },
  // A function to be called with what a module of CommonJS finds around it, so that nobody has to copy the text.
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
});
const [{ contents, hash }] = rest.outputFiles;
writeFileSync("dist/cli.code", contents);
// What most calls of a shell's completion or a script want is in the first file, which imports nothing before it must.
await build({
  ...common,
  entryPoints: ["injector/bin/cli.ts"],
  outfile: "dist/cli.mjs",
  format: "esm",
  splitting: false,
  define: {
    "globalThis.BATON_HELP": JSON.stringify(helpText()),
    "globalThis.BATON_BUNDLE": JSON.stringify(hash.replace(/\W/g, "").slice(0, 12)),
  },
  plugins: [
    {
      name: "the rest is a bundle",
      setup: ({ onResolve }) =>
        onResolve({ filter: /\/cli\/main\.ts$/ }, () => ({ path: resolve("injector/bin/kept-code.ts") })),
    },
  ],
});
chmodSync("dist/cli.mjs", 0o755);
const { metafile } = await build({
  ...common,
  metafile: true,
  entryPoints: ["injector/bin/cli.ts"],
  outfile: "build/cli.cjs",
  format: "cjs",
  plugins: [nodesOwnFetch],
  // A single executable has no module of its own: what looks beside it looks beside the executable.
  define: { "import.meta.dirname": "undefined" },
});
writeBundledPackages(metafile, "build/cli.packages.json");

/** As it is printed where there is no terminal. */
function helpText() {
  const terminal = '{ words: ["--help"], environment: {}, out: { write: (text) => process.stdout.write(text) } }';
  const program = `const module = { exports: {} };
    eval(require("node:fs").readFileSync("dist/cli.code", "utf8"))(module.exports, require, module, "", "dist");
    module.exports.main(${terminal});`;
  return execFileSync(process.execPath, ["--eval", program], { encoding: "utf8" });
}
