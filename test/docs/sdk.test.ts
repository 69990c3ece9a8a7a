// docs/sdk.md as a reader uses it: its code compiles, runs, and prints the YAML beside it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { diagnosticsText } from "../../injector/diagnostic-text.ts";
import { validate } from "../../injector/validate.ts";
import { runModule } from "../injector/generate/run-module.ts";
import { compile } from "../injector/sdk/compile.ts";

const page = await readFile(join(import.meta.dirname, "../../docs/sdk.md"), "utf8");
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map((match) => match[1] ?? "");
const code = blocks("ts").join("\n");

test("the code of the page compiles", async () => {
  expect(blocks("ts").length).toBeGreaterThan(3);
  expect([...(await compile(code))]).toEqual([]);
});

test("it gives the YAML that the page shows, which has no mistakes", async () => {
  const exported = await runModule(code);
  expect(exported).toContainEqual(parse(blocks("yaml")[0] ?? ""));
  const text = exported.find((one): one is string => typeof one === "string") ?? "";
  expect(parseAllDocuments(text)).toHaveLength(4);
  expect(diagnosticsText(validate([{ path: "sdk.yaml", text }]))).toBe("");
});
