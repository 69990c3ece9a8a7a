// docs/errors.md is true: every code is in it, and every example gives its code and no other.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CODES } from "../../injector/diagnostics/codes.ts";
import { call } from "../injector/cli/_terminal.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/errors.md"), "utf8");
const sections = page
  .split(/^### /m)
  .slice(1)
  .map((text) => ({
    code: text.slice(0, text.indexOf("\n")),
    yaml: /```yaml\n(.*?)```/s.exec(text)?.[1],
    command: /```sh\nbaton (.*?)\n```/s.exec(text)?.[1],
  }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-errors-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("the page and the list have the same codes, each once", () => {
  expect(sections.map(({ code }) => code).toSorted()).toEqual([...CODES].toSorted());
});

test.each(sections.filter(({ yaml, command }) => yaml ?? command))(
  "$code",
  async ({ code, yaml, command }) => {
    if (yaml !== undefined) writeFileSync(join(folder, "example.yaml"), yaml);
    const words = (command ?? "validate example.yaml").split(" ");
    const { err: said } = await call(
      words.map((word) => (word === "example.yaml" ? join(folder, word) : word)),
    );
    const codes = [...said.matchAll(/^(?:error|warning)\[([a-z-]+)\]/gm)].map((match) => match[1]);
    expect({ codes: [...new Set(codes)], said }).toEqual({ codes: [code], said });
  },
);
