// The compiler, asked about a text that imports the SDK as users do, and the tests' Tasks as "tasks".
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../../..");

/** Errors by line, several of one line joined; those that are of no line are at 0. */
export async function compile(code: string): Promise<ReadonlyMap<number, string>> {
  const dir = await mkdtemp(join(tmpdir(), "baton-sdk-"));
  try {
    await writeFile(join(dir, "module.mts"), code);
    const paths = {
      "baton-run/sdk": [join(root, "injector/sdk/index.ts")],
      tasks: [join(import.meta.dirname, "tasks.ts")],
    };
    const compilerOptions = { types: [], noUnusedLocals: false, paths };
    const config = { extends: join(root, "tsconfig.base.json"), compilerOptions, files: ["module.mts"] };
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
    line = Number(/module\.mts\((\d+),/.exec(text)?.[1] ?? (text.startsWith(" ") ? line : 0));
    errors.set(line, `${errors.get(line) ?? ""}${text}\n`);
  }
  return errors;
}
