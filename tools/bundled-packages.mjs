// Which npm packages esbuild put into a bundle: keys of package-lock.json, for the bill of materials.
import { writeFileSync } from "node:fs";

export function writeBundledPackages(metafile, file) {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  const folders = used.flatMap((path) => PACKAGE.exec(path)?.[0] ?? []);
  writeFileSync(file, `${JSON.stringify([...new Set(folders)].sort())}\n`);
}

/** The innermost, wherever node_modules really is. */
const PACKAGE = /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/;
