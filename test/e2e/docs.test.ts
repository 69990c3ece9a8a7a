// What the pages show is true: each page's YAML and TypeScript is written to the file that its next command names, each
// command is run, and what a `text` block shows is in the output. A `console` block needs a container engine: engines.test.ts.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CLI, folder, ROOT } from "./_baton.ts";

interface Block {
  readonly language: string;
  readonly text: string;
}

/** errors.md shows mistakes, each in a file of its own; test/docs/errors.test.ts plays them. */
const PAGES = [
  "README.md",
  "examples/git-build-push/README.md",
  "examples/train-and-pick/README.md",
  ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`),
].filter((page) => page.endsWith(".md") && page !== "docs/errors.md" && existsSync(join(ROOT, page)));

test.each(PAGES)("%s shows what is true", (page) => {
  const { path } = folder();
  mkdirSync(join(path, "bin"));
  symlinkSync(CLI, join(path, "bin/baton"));
  symlinkSync(join(ROOT, "dist"), join(path, "dist"));
  symlinkSync(join(ROOT, "examples"), join(path, "examples"));
  mkdirSync(join(path, "node_modules"));
  symlinkSync(ROOT, join(path, "node_modules/baton-run"));
  symlinkSync(join(ROOT, "node_modules/esbuild"), join(path, "node_modules/esbuild"));
  const blocks = blocksOf(readFileSync(join(ROOT, page), "utf8"));
  let output = "";
  blocks.forEach((block, at) => {
    const file = join(path, fileNamedAfter(blocks.slice(at), block.language));
    if (block.language === "yaml") writeFileSync(file, block.text);
    // A page's TypeScript is one module, block after block.
    if (block.language === "ts") appendFileSync(file, block.text);
    if (block.language === "sh") output = runAll(block.text, path);
    if (block.language === "text")
      for (const line of comparable(block.text).split("\n")) expect(comparable(output)).toContain(line);
  });
});

const blocksOf = (page: string): readonly Block[] =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({ language, text }));

/** The first file of this kind that the next commands name. */
function fileNamedAfter(blocks: readonly Block[], kind: string): string {
  const commands = blocks.find(({ language }) => language === "sh")?.text ?? "";
  return new RegExp(`\\S+\\.${kind}\\b`).exec(commands)?.[0] ?? `unnamed.${kind}`;
}

/** Lines of `make` run in the project (only the demos for real: the tests are what is running), everything else in the page's folder, where `baton` is the built one. */
const runAll = (commands: string, path: string): string =>
  commands
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) =>
      execFileSync("sh", ["-ec", `${line.replace(/^make (?!(run|example)$)/, "make -n ")} 2>&1`], {
        cwd: line.startsWith("make") ? ROOT : path,
        env: {
          ...process.env,
          NO_COLOR: "1",
          BATON_RUNS: join(path, ".runs"),
          PATH: `${path}/bin:${process.env["PATH"]}`,
        },
        encoding: "utf8",
      }),
    )
    .join("");

/** Without what differs from run to run: times, bars, widths of columns. */
const comparable = (text: string): string =>
  text
    .replace(/\+?\d+(\.\d+)?(ms|s)\b/g, "TIME")
    .replace(/[·█]+/g, "BAR")
    .replace(/[ \t]+/g, " ");
