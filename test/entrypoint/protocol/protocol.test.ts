import fc from "fast-check";
import { expect, test } from "vitest";
import {
  FLAG_TABLE,
  type FlagName,
  type Flags,
  formatDuration,
  formatFlags,
  messageBudget,
  parseDuration,
  parseFlags,
  scan,
  soleReference,
} from "../../../entrypoint/protocol/index.ts";

test("flags survive writing and reading", () => {
  const word = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.includes(","));
  const value = {
    string: word,
    bool: fc.constant(true),
    int: fc.nat(1_000_000),
    duration: fc.nat(10_000_000),
    list: fc.array(word, { minLength: 1 }),
    repeated: fc.array(word, { minLength: 1 }),
  };
  const names = Object.keys(FLAG_TABLE) as FlagName[];
  const model = Object.fromEntries(names.map((name) => [name, value[FLAG_TABLE[name].kind]]));
  fc.assert(
    fc.property(fc.record(model, { requiredKeys: [] }), (flags) => {
      const read = parseFlags([...formatFlags(flags as Flags), "--", "-x", "--"]);
      expect(read).toEqual({ ok: true, flags, rest: ["-x", "--"] });
    }),
  );
});

test.each([
  [
    ["--timeout=1h2m3.5s", "-wait_file", "a,b", "run", "-x"],
    { timeout: 3_723_500, wait_file: ["a", "b"] },
    ["run", "-x"],
  ],
  [
    ["-wait_file_content=false", "-breakpoint_on_failure", "x"],
    { wait_file_content: false, breakpoint_on_failure: true },
    ["x"],
  ],
  [["-basic-git=a=b", "-basic-git", "c=d", "--"], { "basic-git": ["a=b", "c=d"] }, []],
])("reads %j as Go does", (argv, flags, rest) => {
  expect(parseFlags(argv)).toEqual({ ok: true, flags, rest });
});

test.each([
  [["-nope"], "flag provided but not defined: -nope"],
  [["-timeout"], "flag needs an argument: -timeout"],
  [["-timeout", "soon"], 'invalid value "soon" for flag -timeout: want a duration such as "90s" or "1h30m"'],
  [["-retries=x"], 'invalid value "x" for flag -retries: want a whole number'],
  [["---x"], "bad flag syntax: ---x"],
])("names what is wrong with %j, and keeps what came before", (argv, problem) => {
  expect(parseFlags(["-post_file", "/p", ...argv])).toEqual({
    ok: false,
    flags: { post_file: "/p" },
    problem,
  });
});

test("durations survive writing and reading", () => {
  fc.assert(
    fc.property(fc.nat(100_000_000), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 6);
    }),
  );
  expect(["1.5h", "-2m", "+3s", "100us", "", "1", "1d", "s", "1s2"].map(parseDuration)).toEqual([
    5_400_000,
    -120_000,
    3_000,
    0.1,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("references are taken apart without losing a character", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "$(params.a)",
      "$(steps.s.results.r[*])",
      "$(results['a.b'].path)",
      "$(date)",
      "$((1+2))",
      "$$(x.y)",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join("");
      expect(
        scan(text)
          .map((part) => (part.kind === "literal" ? part.text : part.raw))
          .join(""),
      ).toBe(text);
    }),
  );
});

test.each([
  ["$(params.a)", ["params", "a"], undefined],
  ["$(params.a.key)", ["params", "a", "key"], undefined],
  ["$(params['a.b'][2])", ["params", "a.b"], 2],
  ['$(results["a.b"].path)', ["results", "a.b", "path"], undefined],
  ["$(tasks.t.results.r[*])", ["tasks", "t", "results", "r"], "*"],
])("takes %s apart", (text, path, index) => {
  expect(soleReference(text)).toEqual({
    kind: "reference",
    raw: text,
    path,
    ...(index === undefined ? {} : { index }),
  });
});

test.each(["$(date)", "$((1 + 2))", "$(cat x.txt)", "$()", "$(a.)", "$(params.a[x])"])(
  "leaves %s alone",
  (text) => {
    expect(scan(text)).toEqual([{ kind: "literal", text }]);
  },
);

test("the message budget follows the kubelet", () => {
  expect([1, 3, 4, 5, 10, 32].map(messageBudget)).toEqual([4096, 4096, 3072, 2457, 1228, 384]);
});
