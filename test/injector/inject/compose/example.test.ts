// The example's ordered file is what its plain one becomes.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call } from "../../cli/_terminal.ts";

const EXAMPLE = join(import.meta.dirname, "../../../../examples/compose-testing");

test("compose.ordered.yaml is compose.yaml, ordered", async () => {
  const folder = mkdtempSync(join(tmpdir(), "baton-example-"));
  const output = join(folder, "ordered.yaml");
  const { code, err } = await call(["inject", "-f", join(EXAMPLE, "compose.yaml"), "-o", output]);
  const text = code === 0 ? readFileSync(output, "utf8") : err;
  rmSync(folder, { recursive: true });
  // Every release has a version of its own.
  const unversioned = (one: string) => one.replace(/(entrypoint:|baton-)\d[\w.-]*/g, "$1VERSION");
  expect(unversioned(text)).toBe(unversioned(readFileSync(join(EXAMPLE, "compose.ordered.yaml"), "utf8")));
});
