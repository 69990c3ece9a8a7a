// The same cases on Tekton's entrypoint and on ours: they differ only as docs/tekton-differences.md says. What Tekton's
// does was recorded from v1.13.0; with TEKTON_ENTRYPOINT=path it is seen again (`-u` records it anew).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Case, differences, observe, type Seen } from "./_differential.ts";
import { CASES } from "./_differential-cases.ts";
import { NATIVE } from "./_entrypoint.ts";
import { runFolder } from "./_run.ts";

const golden = join(import.meta.dirname, "../golden/tekton");
const RECORD = join(golden, "outcomes.jsonl");
const DOCUMENT = join(import.meta.dirname, "../../docs/tekton-differences.md");

const tekton = process.env["TEKTON_ENTRYPOINT"];
if (tekton !== undefined) {
  test("Tekton's entrypoint does what was recorded of it", async () => {
    const seen = await Promise.all(
      CASES.map(async (one) => [one.name, await observe([tekton], runFolder(), one)]),
    );
    await expect(seen.map((one) => `${JSON.stringify(one)}\n`).join("")).toMatchFileSnapshot(RECORD);
  });
}

describe.each(NATIVE)("$name beside Tekton's", (build) => {
  const found: string[] = [];

  test.each(CASES)("$name", async (one) => {
    const lines = differences(recordedOf(one), await observe(build.argv, runFolder(), one));
    found.push(describeCase(one, lines));
    expect(lines.length > 0, lines.join("\n")).toBe(one.because !== undefined);
  });

  test("the differences are the ones that were accepted", async () => {
    await expect(`${found.join("\n")}`).toMatchFileSnapshot(join(golden, "differences.txt"));
  });
});

test("every reason for a difference is a row of docs/tekton-differences.md", () => {
  const rows = [...readFileSync(DOCUMENT, "utf8").matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id);
  const reasons = new Set(CASES.flatMap(({ because = [] }) => because));
  expect([...reasons].filter((reason) => !rows.includes(reason))).toEqual([]);
});

function recordedOf({ name }: Case): Seen {
  const lines = readFileSync(RECORD, "utf8").trim().split("\n");
  const records = lines.map((line) => JSON.parse(line) as readonly [string, Seen]);
  const found = records.find(([recorded]) => recorded === name);
  if (found === undefined) throw new Error(`nothing is recorded of "${name}": see the head of this file`);
  return found[1];
}

const describeCase = ({ name, because = [] }: Case, lines: readonly string[]): string =>
  [
    `${name}${because.length > 0 ? ` (${because.join(", ")})` : ": the same"}`,
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");
