// Each claim of docs/security.md names a test that there is.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "docs/security.md"), "utf8");
const claims = [...page.matchAll(/^\| ([A-Z`][^|]+) \| `([^`]+)` "([^"]+)" \|$/gm)].map(
  ([, claim = "", file = "", title = ""]) => ({ claim, file, title }),
);

test.each(claims)("$claim", ({ file, title }) => {
  expect(existsSync(join(ROOT, file)), file).toBe(true);
  const text = readFileSync(join(ROOT, file), "utf8").replace(/\(\s+"/g, '("');
  expect(text).toContain(`("${title}`);
});

test("no row is passed over", () => {
  const rows = page.split("\n").filter((line) => /^\| (?!claim|---)/.test(line));
  expect(claims.length).toBe(rows.length);
});
