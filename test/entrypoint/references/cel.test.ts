// The library against the basics of the CEL specification (cel-spec, langdef.md): what `when` may rely on.
import { expect, test } from "vitest";
import { evaluate } from "../../../entrypoint/references/cel.ts";

test.each([
  "1 + 2 * 3 == 7",
  "7 / 2 == 3 && -7 / 2 == -3 && -7 % 2 == -1",
  "1.5 + 1.5 == 3.0 && 1e3 == 1000.0",
  "0x1F == 31 && 7u / 2u == 3u",
  "true || 1 / 0 == 1",
  "1 / 0 == 1 || true",
  "!(false && 1 / 0 == 1)",
  "true ? true : 1 / 0 == 1",
  '"a" + "b" == "ab" && "a" < "b"',
  "'a' == \"a\" && r'\\d' == '\\\\d' && \"\\u00e9\" == 'é' && '''x''' == 'x'",
  '"foobar".startsWith("foo") && "foobar".endsWith("bar") && "foobar".contains("oba")',
  '"foobar".matches("^fo+bar$") && matches("foobar", "o{2}")',
  'size("zwölf") == 5 && size("🚀") == 1 && size([1, 2]) == 2 && size({"a": 1}) == 1 && "x".size() == 1',
  '"a" in ["a", "b"] && !("c" in ["a"]) && "k" in {"k": 1}',
  "[1, 2, 3].all(x, x > 0) && [1, 2].exists(x, x == 2) && [1, 2, 2].exists_one(x, x == 1)",
  "[1, 2, 3].map(x, x * 2) == [2, 4, 6] && [1, 2, 3].filter(x, x > 1) == [2, 3]",
  "[0, 1].exists(x, 1 / x == 1)",
  '{"a": 1}.a == 1 && {"a": {"b": [1, 2]}}["a"]["b"][1] == 2',
  '[1, "a"] == [1, "a"] && [1] + [2] == [1, 2] && {"a": 1} == {"a": 1}',
  'int("42") == 42 && int(1.9) == 1 && string(42) == "42" && double("1.5") == 1.5 && uint(3) == 3u',
  'type(1) == int && type("a") == string && type([]) == list',
  'duration("1h") > duration("30m") && duration("90s").getSeconds() == 90',
  'timestamp("2023-01-01T00:00:00Z") + duration("24h") == timestamp("2023-01-02T00:00:00Z")',
  'timestamp("2009-02-13T23:31:30Z").getDayOfWeek() == 5 && int(timestamp("1970-01-01T00:00:01Z")) == 1',
  "dyn(1) != dyn('a') && null == null",
  "0.0 == -0.0 && double('NaN') != double('NaN')",
  "// a comment\ntrue",
])("%s", (expression) => {
  expect(evaluate(expression)).toEqual({ ok: true, value: true });
});

test.each([
  ["1 / 0 == 1", "division by zero"],
  ["9223372036854775807 + 1 == 0", "overflow"],
  ["0u - 1u == 0u", "overflow"],
  ["1 == 'a'", "no such overload"],
  ['{"a": 1}["b"] == 1', "key"],
  ["[1][1] == 1", "index"],
  ["[1, 2].exists(x, x / 0 == 1)", "division by zero"],
  ["unknown == 1", "unknown"],
  ["f(1)", "f"],
  ["1 +", "Unexpected"],
  ["", "Unexpected"],
  ["'text'", "not true or false"],
  ["1", "not true or false"],
])("%s is an error that says why", (expression, why) => {
  const result = evaluate(expression);
  expect(result.ok ? "" : result.problem.toLowerCase()).toContain(why.toLowerCase());
});
