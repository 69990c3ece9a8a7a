// A folder is a test: test/golden/plan/<case>/*.yaml plan to exactly what plan.json and explain.txt say. `vitest -u`
// rewrites them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import { explain } from "../../../injector/plan/model/notes.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const root = join(import.meta.dirname, "../../golden/plan");

test.each(readdirSync(root))("%s", async (name) => {
  const folder = join(root, name);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
  const set = plan(resolve(load(files)));
  await expect(`${JSON.stringify(set, undefined, 2)}\n`).toMatchFileSnapshot(join(folder, "plan.json"));
  await expect(`${explain(set).join("\n")}\n`).toMatchFileSnapshot(join(folder, "explain.txt"));
});
