// Texts of compose files, taken apart as compose does it.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose files look like it
import fc from "fast-check";
import { expect, test } from "vitest";
import { interpolated, parseEnvFile } from "../../../../injector/inject/compose/interpolation.ts";
import { readyFlags } from "../../../../injector/inject/compose/ready-test.ts";
import { shellWords } from "../../../../injector/inject/compose/words.ts";

test.each([
  ["", []],
  ["  a  b ", ["a", "b"]],
  [`sh -c "echo 'a  b'"`, ["sh", "-c", "echo 'a  b'"]],
  [`a 'b "c' "d\\"e" f\\ g`, ["a", 'b "c', 'd"e', "f g"]],
  [`--x="1 2"'3'`, ["--x=1 23"]],
  [`a "" ''`, ["a", "", ""]],
  [`a "b`, undefined],
  [`a 'b`, undefined],
  ["a \\", undefined],
])("%j is split into %j", (line, words) => {
  expect(shellWords(line)).toEqual(words);
});

test("whatever is quoted comes back whole", () => {
  const quoted = (word: string) => `'${word.replaceAll("'", `'"'"'`)}'`;
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(shellWords(words.map(quoted).join(" "))).toEqual(words);
    }),
  );
});

test.each([
  ["$$HOME", "$HOME"],
  ["$A-${A}", "1-1"],
  ["${NONE}$NONE.", "."],
  ["${NONE:-x}${EMPTY:-y}${EMPTY-z}${A:-w}", "xy1"],
  ["${NONE:-${ALSO:-${A}}}/b", "1/b"],
  ["${A:+yes}${NONE:+no}${EMPTY+there}", "yesthere"],
  ["${A:?must be there}", "1"],
  ["100%$ $1", "100%$ $1"],
])("%j stands for %j", (text, value) => {
  expect(interpolated(text, { A: "1", EMPTY: "" })).toBe(value);
});

test("the lines of an .env file", () => {
  const text = "# no\nA=1\nexport B = 'two words' \nC=\"x # y\"\nD=z # why\n\nE=\nnot a line";
  expect(parseEnvFile(text)).toEqual({ A: "1", B: "two words", C: "x # y", D: "z", E: "" });
});

test.each([
  [undefined, {}],
  [{ test: ["NONE"] }, {}],
  [
    { test: "curl -f localhost" },
    { ready_test: ["/bin/sh", "-c", "curl -f localhost"], ready_timeout: 30_000, ready_limit: 90_000 },
  ],
  [
    {
      test: ["CMD", "pg_isready", "-U", "$$me"],
      interval: "1s",
      retries: 5,
      start_period: "1m",
      timeout: "2s",
    },
    { ready_test: ["pg_isready", "-U", "$$me"], ready_timeout: 2_000, ready_limit: 65_000 },
  ],
])("the healthcheck %j", (healthcheck, flags) => {
  expect(readyFlags(healthcheck === undefined ? {} : { healthcheck })).toEqual(flags);
});
