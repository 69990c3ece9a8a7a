// --env and --env-file: what wins, and what is a mistake.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { environmentOf } from "../../../injector/cli/input/environment.ts";

const terminal = { environment: { TOKEN: "secret" } };

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "baton-env-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "x.env"), text);
  return join(folder, "x.env");
}

test("the later wins, and --env wins over files", () => {
  const file = fileOf("# comment\nA=1\nB='two words'\nC=3\n");
  const other = fileOf("A=other\n");
  const found = environmentOf(terminal, { envFile: [file, other], env: ["C=x=y", "TOKEN", "EMPTY="] });
  expect(found).toEqual({ A: "other", B: "two words", C: "x=y", TOKEN: "secret", EMPTY: "" });
});

test.each(["=x", "A B=1", "", "MISSING"])("--env %j is a mistake", (flag) => {
  expect(() => environmentOf(terminal, { env: [flag] })).toThrow(/^--env/);
});

test("a file that is not there is a mistake", () => {
  expect(() => environmentOf(terminal, { envFile: ["/nowhere/x.env"] })).toThrow(/cannot read/);
});
