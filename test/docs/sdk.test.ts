// docs/sdk.md as a reader uses it: its code compiles, runs, and prints the YAML beside it.
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { validate } from "../../injector/check/validate.ts";
import { diagnosticsText } from "../../injector/diagnostics/text.ts";
import { runModule } from "../injector/generate/run-module.ts";
import { compile } from "../injector/sdk/compile.ts";
import { blocksOf, yamlOf } from "./_page.ts";

const code = blocksOf("sdk.md", "ts").join("\n");

test("the code of the page compiles", async () => {
  expect(blocksOf("sdk.md", "ts").length).toBeGreaterThan(3);
  expect([...(await compile(code))]).toEqual([]);
});

test("it gives the YAML that the page shows, which has no mistakes", async () => {
  const exported = await runModule(code);
  expect(exported).toContainEqual(parse(yamlOf("sdk.md")));
  const text = exported.find((one): one is string => typeof one === "string") ?? "";
  expect(parseAllDocuments(text)).toHaveLength(4);
  expect(diagnosticsText(validate([{ path: "sdk.yaml", text }]))).toBe("");
});
