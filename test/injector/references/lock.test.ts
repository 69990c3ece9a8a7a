import fc from "fast-check";
import { expect, test } from "vitest";
import { refKey, resolverParams } from "../../../injector/documents/refs.ts";
import { parseLock, printLock } from "../../../injector/references/lock.ts";

const texts = fc.dictionary(
  fc.string({ minLength: 1 }).filter((key) => key !== "__proto__"),
  fc.string(),
  { maxKeys: 3 },
);
const entry = fc.record({
  resolver: fc.constantFrom("git", "http", "bundles"),
  params: texts,
  pin: texts,
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
});
const refOf = (resolver: string, params: Readonly<Record<string, string>>) => ({
  resolver,
  params: Object.entries(params).map(([name, value]) => ({ name, value })),
});

test("what is printed is read as it was, under the key of its reference, in an order of its own", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
      const lock = new Map(entries.map((one) => [refKey(refOf(one.resolver, one.params)), one]));
      const printed = printLock(lock);
      expect(parseLock(printed, "baton.lock")).toEqual(lock);
      expect(printLock(new Map([...lock].toReversed()))).toBe(printed);
    }),
  );
});

test("a param may have any name", () => {
  const params = { constructor: "c", prototype: "p" } as unknown as Readonly<Record<string, string>>;
  const one = { resolver: "git", params, pin: {}, sha256: "0".repeat(64) };
  const lock = new Map([[refKey(refOf("git", params)), one]]);
  expect(parseLock(printLock(lock), "baton.lock")).toEqual(lock);
});

test("the key of a reference does not depend on the order of its params", () => {
  const { params } = refOf("git", { url: "u", revision: "r" });
  expect(refKey({ resolver: "git", params: params.toReversed() })).toBe(refKey({ resolver: "git", params }));
  expect(resolverParams({ params })).toEqual({ url: "u", revision: "r" });
});
