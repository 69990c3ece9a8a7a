// Makes one executable of a bundle and the Node that runs this script, with pkg's single-executable mode:
//   node tools/single-executable.mjs BUNDLE.cjs OUTPUT [-- ARGUMENT…]
// With these arguments the product must run and exit with 0: pkg says nothing when its last step fails.
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const [bundle, output, , ...trial] = process.argv.slice(2);
const folder = resolve("build/single-executable");
// pkg runs `npx postject` in a folder under TMPDIR; below the project, npx finds the project's own and needs no network.
process.env.TMPDIR = folder;
mkdirSync(folder, { recursive: true });
const draft = join(folder, "draft");

const { default: pkg } = await import("@yao-pkg/pkg/lib-es5/sea.js");
const platform = { darwin: "macos", win32: "win" }[process.platform] ?? process.platform;
const target = { nodeRange: "node20", platform, arch: process.arch, output: draft };
await pkg.default(resolve(bundle), { targets: [target], useLocalNode: true, signature: true });

try {
  execFileSync(draft, trial, { stdio: ["ignore", "ignore", "inherit"] });
} catch (error) {
  rmSync(draft, { force: true });
  console.error(`${output}: the executable that pkg made does not run: ${error.message}`);
  process.exit(1);
}
renameSync(draft, output);
