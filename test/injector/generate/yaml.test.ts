// TypeScript → YAML: a module is run, and what it exports is printed.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Diagnostic } from "../../../injector/diagnostics/diagnostic.ts";
import { load } from "../../../injector/documents/load.ts";
import { generateYaml } from "../../../injector/generate/yaml.ts";

const root = join(import.meta.dirname, "../../..");
let dir = "";
beforeAll(async () => {
  // In the project, so that its esbuild is found as a user's would be.
  dir = await mkdtemp(join(root, "build-"));
});
afterAll(() => rm(dir, { recursive: true }));

test("the example prints as YAML that loads without a word", async () => {
  const text = await generateYaml(join(root, "examples/sdk/release.ts"));
  await expect(text).toMatchFileSnapshot("../../golden/sdk/release.yaml");
  const { diagnostics, documents } = load([{ path: "release.yaml", text }]);
  expect(diagnostics).toEqual([]);
  expect(documents).toHaveLength(4);
});

test("JavaScript, lists, and documents of other kinds are printed, each once, sorted", async () => {
  const text = await generateYaml(
    await moduleOf(
      "m.mjs",
      `import { defineTask } from "baton-run/sdk";
       export const b = defineTask({ name: "b" }, () => {});
       export default b;
       export const more = [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data: {} }];
       export const a = defineTask({ name: "a" }, ({ step }) => { step("where", { args: [import.meta.url] }); });
       export const notADocument = 3;`,
    ),
  );
  expect(text.match(/^ {2}name: .*/gm)).toEqual(["  name: a", "  name: b", "  name: m"]);
  expect(text).toContain("/m.mjs");
});

test("what is used is printed too, exported or not", async () => {
  const text = await generateYaml(
    await moduleOf(
      "uses.ts",
      `import { definePipeline, defineStepAction, defineTask, inline } from "baton-run/sdk";
       const action = defineStepAction({ name: "action" }, () => ({ image: "i" }));
       const inner = defineTask({ name: "inner" }, ({ action: use }) => void use("a", action));
       const outer = defineTask({ name: "outer" }, ({ task }) => void task("i", inner));
       const inlined = defineTask({ name: "inlined" }, ({ action: use }) => void use("b", action));
       export const pipeline = definePipeline({ name: "pipeline" }, ({ task }) => {
         task("outer", outer);
         task("again", outer);
         task("inlined", inline(inlined));
       });`,
    ),
  );
  const names = ["  name: action", "  name: inner", "  name: outer", "  name: pipeline"];
  expect(text.match(/^ {2}name: .*/gm)).toEqual(names);
});

test.each([
  ["syntax.ts", "export const = 1;", "module-failed", "Expected identifier"],
  ["throws.ts", "throw new Error('no such thing');", "module-failed", "no such thing"],
  ["nothing.ts", "export const one = 1;", "no-definitions", "exports no Task"],
  [
    "reference.ts",
    `import { defineTask } from "baton-run/sdk";
     export const x = defineTask({ name: "x", params: { l: { type: "array" } } }, ({ params, step }) => { step("a", { script: \`\${params.l}\` }); });`,
    "reference-in-text",
    "$(params.l[*])",
  ],
])("%s is the user's mistake, in words", async (name, source, code, words) => {
  const file = await moduleOf(name, source);
  const error = await generateYaml(file).then(
    () => undefined,
    (thrown) => thrown,
  );
  const [first] = error.diagnostics as Diagnostic[];
  expect(first).toMatchObject({ code });
  expect(first?.message).toContain(words);
  if (name === "syntax.ts") expect(first?.place).toMatchObject({ line: 1, column: 14 });
});

test("a module that is not there is named", async () => {
  await expect(generateYaml(join(dir, "gone.ts"))).rejects.toThrow("gone.ts");
});

async function moduleOf(name: string, source: string): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, source);
  return file;
}
