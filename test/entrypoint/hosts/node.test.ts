import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";
import { testHostProgram } from "../../contract/report.ts";

const folder = mkdtempSync(join(tmpdir(), "node-host-"));
const program = join(folder, "program.mjs");

beforeAll(() =>
  build({
    entryPoints: [join(import.meta.dirname, "../../contract/host/node-program.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    // execa's dependencies are CommonJS and call require.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  }),
);
afterAll(() => rmSync(folder, { recursive: true }));

testHostProgram("node", () => [process.execPath, program]);
