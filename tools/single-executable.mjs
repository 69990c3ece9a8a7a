// Makes one executable of a bundle and a Node, with pkg's single-executable mode:
//   node tools/single-executable.mjs BUNDLE.cjs OUTPUT [--node FILE] [-- ARGUMENT…]
// The Node is the one that runs this script, or FILE: the same version for another processor. With these arguments the
// product must run and exit with 0 (through RUNNER, where that is set): pkg says nothing when its last step fails.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { node: { type: "string" } } });
const [bundle, output, ...trial] = positionals;
mkdirSync("build/single-executable", { recursive: true });
const folder = mkdtempSync(resolve("build/single-executable/draft-"));
// pkg runs `npx postject` in a folder under TMPDIR; below the project, npx finds the project's own and needs no network.
process.env.TMPDIR = folder;
// It also runs `node` to write the blob, whose format is that of a version.
process.env.PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
const draft = join(folder, "draft");

const { default: pkg } = await import("@yao-pkg/pkg/lib-es5/sea.js");
const platform = { darwin: "macos", win32: "win" }[process.platform] ?? process.platform;
const target = { nodeRange: "node20", platform, arch: process.arch, output: draft };
await pkg.default(resolve(bundle), {
  targets: [target],
  nodePath: values.node === undefined ? process.execPath : resolve(values.node),
  signature: true,
  // The blob holds this path as it is written: from where pkg works, so that it is the same wherever the project lies.
  seaConfig: { main: join("../..", relative(folder, bundle)) },
});

try {
  const [program, ...words] = [...(process.env.RUNNER ?? "").split(" ").filter(Boolean), draft, ...trial];
  execFileSync(program, words, { stdio: ["ignore", "ignore", "inherit"] });
  mkdirSync(dirname(output), { recursive: true });
  renameSync(draft, output);
} catch (error) {
  console.error(`${output}: the executable that pkg made does not run: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
