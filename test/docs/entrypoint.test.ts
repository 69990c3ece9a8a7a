// docs/entrypoint.md lists the flags that there are, in the order of the table that reads them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FLAG_TABLE } from "../../entrypoint/protocol/index.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/entrypoint.md"), "utf8");

test("the flags of the page are those of the table", () => {
  const rows = Object.entries(FLAG_TABLE).map(
    ([name, { kind, from, help }]) => `| \`-${name}\` | ${kind} | ${from} | ${help} |`,
  );
  expect(page.split("\n").filter((line) => line.startsWith("| `-"))).toEqual(rows);
});
