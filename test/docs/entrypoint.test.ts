// docs/entrypoint.md lists the flags that there are, in the order of the table that reads them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FLAG_HELP } from "../../entrypoint/protocol/flag-help.ts";
import { FLAG_TABLE, type FlagName } from "../../entrypoint/protocol/index.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/entrypoint.md"), "utf8");

test("the flags of the page are those of the table", () => {
  const rows = Object.entries(FLAG_TABLE).map(
    ([name, { kind, from }]) => `| \`-${name}\` | ${kind} | ${from} | ${FLAG_HELP[name as FlagName]} |`,
  );
  expect(page.split("\n").filter((line) => line.startsWith("| `-"))).toEqual(rows);
});
