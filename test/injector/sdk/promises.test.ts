// What the SDK promises to refuse, compiled: promises.txt says how each mistake has to be told.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile } from "./compile.ts";

const lines = (await readFile(join(import.meta.dirname, "promises.txt"), "utf8")).split("\n");

test("each mistake is a compile error that names it; everything else compiles", async () => {
  const errors = await compile(lines.join("\n"));
  const wrong = lines.flatMap((line, index) => {
    const reason = line.split(" //✗ ")[1];
    const error = errors.get(index + 1);
    const kept = reason === undefined ? error === undefined : error?.includes(reason) === true;
    return kept ? [] : [{ line, error }];
  });
  expect(errors.get(0)).toBeUndefined();
  expect(wrong).toEqual([]);
  expect(errors.size).toBeGreaterThan(40);
});
