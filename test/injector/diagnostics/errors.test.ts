// A folder is a test: test/golden/errors/<case>/*.yaml give exactly the text in expected.txt. `vitest -u` rewrites it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { validate } from "../../../injector/check/validate.ts";
import { diagnosticsText } from "../../../injector/diagnostics/text.ts";

const root = join(import.meta.dirname, "../../golden/errors");

test.each(readdirSync(root))("%s", async (name) => {
  const folder = join(root, name);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
  await expect(diagnosticsText(validate(files))).toMatchFileSnapshot(join(folder, "expected.txt"));
});
