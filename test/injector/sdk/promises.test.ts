// What the SDK promises to refuse, compiled: promises.txt says how each mistake has to be told.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const lines = (await readFile(join(import.meta.dirname, "promises.txt"), "utf8")).split("\n");

test("each mistake is a compile error that names it; everything else compiles", async () => {
  const errors = await compile(lines.join("\n"));
  const wrong = lines.flatMap((line, index) => {
    const reason = line.split(" //✗ ")[1];
    const error = errors.get(index + 1);
    const kept = reason === undefined ? error === undefined : error?.includes(reason) === true;
    return kept ? [] : [{ line, error }];
  });
  expect(wrong).toEqual([]);
  expect(errors.size).toBeGreaterThan(40);
});

/** The compiler's errors by line, several of one line joined. */
async function compile(code: string): Promise<ReadonlyMap<number, string>> {
  const dir = await mkdtemp(join(tmpdir(), "baton-sdk-"));
  try {
    await writeFile(join(dir, "promises.mts"), code);
    const paths = {
      "baton-run/sdk": [join(root, "injector/sdk/index.ts")],
      tasks: [join(import.meta.dirname, "tasks.ts")],
    };
    const compilerOptions = { types: [], noUnusedLocals: false, paths };
    const config = { extends: join(root, "tsconfig.base.json"), compilerOptions, files: ["promises.mts"] };
    await writeFile(join(dir, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/.bin/tsc");
    const run = await promisify(execFile)(tsc, ["-p", dir, "--pretty", "false"]).catch((error) => error);
    return byLine(run.stdout);
  } finally {
    await rm(dir, { recursive: true });
  }
}

function byLine(output: string): ReadonlyMap<number, string> {
  const errors = new Map<number, string>();
  let line = 0;
  for (const text of output.split("\n").filter((one) => one !== "")) {
    line = Number(/promises\.mts\((\d+),/.exec(text)?.[1] ?? (text.startsWith(" ") ? line : 0));
    errors.set(line, `${errors.get(line) ?? ""}${text}\n`);
  }
  return errors;
}
