// Bundles TypeScript for the native program: bundle.mjs OUTDIR ENTRY.ts. What is imported lazily becomes a module of
// its own, which costs a waiting step nothing. Prints the files, what every step reads last.
import { rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { writeBundledPackages } from "../../../tools/bundled-packages.mjs";

const [outdir, entry] = process.argv.slice(2);
const codec = "entrypoint/hosts/quickjs/codec.ts";

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [
    { in: entry, out: "main" },
    { in: codec, out: "codec" },
  ],
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  external: ["baton:*"],
  target: "es2023",
  minify: true,
  metafile: true,
  // Names of chunks come from paths: those below this folder, wherever node_modules really is.
  preserveSymlinks: true,
  chunkNames: "[name]-[hash]",
});

writeBundledPackages(metafile, join(outdir, "../packages.json"));
const names = Object.keys(metafile.outputs).map((file) => basename(file));
// import() finds its module by debug information, which the bytecode does not carry; load() does without.
for (const name of names) {
  const file = join(outdir, name);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replaceAll(/\bimport\("\.\/([^"]+)"\)/g, 'globalThis.importModule("$1")'));
}
// What every step reads lies together and next to what it runs, so that the kernel maps little else beside it.
const first = staticImports("main.js");
const later = names.filter((name) => !first.includes(name)).sort();
console.log([...later, ...first].join(" "));

function staticImports(from, seen = [from]) {
  const { imports } = metafile.outputs[Object.keys(metafile.outputs).find((file) => basename(file) === from)];
  const own = imports.filter(({ kind, external }) => kind === "import-statement" && !external);
  for (const name of own.map(({ path }) => basename(path)).sort())
    if (!seen.includes(name)) staticImports(name, (seen.push(name), seen));
  return seen;
}
