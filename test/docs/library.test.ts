// docs/library.md as a reader uses it: its code compiles, and does what its comments say.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { blocksOf } from "./_page.ts";

const root = join(import.meta.dirname, "../..");
const face = join(root, "injector/index.ts");
const PATHS = { "baton-run": [face], "baton-run/entrypoint": [join(root, "injector/embed/index.ts")] };
const code = blocksOf("library.md", "ts").join("\n");

test.each(["library.md", "embed.md"])("the code of %s compiles", async (page) => {
  const dir = await mkdtemp(join(root, "node_modules/.library-"));
  try {
    await writeFile(join(dir, "page.mts"), blocksOf(page, "ts").join("\n"));
    const compilerOptions = { noEmit: true, paths: PATHS };
    const config = {
      extends: join(root, "tsconfig.json"),
      compilerOptions,
      include: [],
      files: ["page.mts"],
    };
    await writeFile(join(dir, "tsconfig.json"), JSON.stringify(config));
    const run = promisify(execFile)(join(root, "node_modules/.bin/tsc"), ["-p", dir, "--pretty", "false"]);
    expect(
      await run.then(
        () => "",
        ({ stdout }) => stdout,
      ),
    ).toBe("");
  } finally {
    await rm(dir, { recursive: true });
  }
});

test("it prepares, plans and compiles", async () => {
  const dir = await mkdtemp(join(tmpdir(), "baton-library-"));
  try {
    const outfile = join(dir, "page.mjs");
    await build({
      stdin: { contents: code, loader: "ts", resolveDir: root },
      ...{ bundle: true, platform: "node", format: "esm", outfile, logLevel: "warning" },
      alias: { "baton-run": face },
      external: ["esbuild"],
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' },
    });
    const { run, planned, manifest } = await import(outfile);
    expect(run.tasks[0].params).toEqual([{ name: "who", value: "you" }]);
    expect(planned.plans[0].steps.map(({ id }: { readonly id: string }) => id)).toEqual(["step-say"]);
    expect(manifest).toContain("kind: Pod");
  } finally {
    await rm(dir, { recursive: true });
  }
});
