import fc from "fast-check";
import { expect, test } from "vitest";
import { Lines, LONGEST_LINE } from "../../../injector/record/lines.ts";

test("chunks, wherever they are cut, give the lines of the whole", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 }).map((one) => one.replaceAll("x", "\n"));
  fc.assert(
    fc.property(fc.array(text), fc.array(fc.nat(20)), (parts, cuts) => {
      const bytes = Buffer.from(parts.join("\n"), "utf8");
      const lines = new Lines();
      const seen: string[] = [];
      let at = 0;
      for (const cut of cuts) {
        seen.push(...lines.add(bytes.subarray(at, at + cut)));
        at += cut;
      }
      seen.push(...lines.add(bytes.subarray(at)), ...lines.end());
      const whole = bytes.toString("utf8").split("\n");
      expect(seen).toEqual(whole.at(-1) === "" ? whole.slice(0, -1) : whole);
    }),
  );
});

test("a partial last line is kept", () => {
  const lines = new Lines();
  expect(lines.add(Buffer.from("one\ntw"))).toEqual(["one"]);
  expect(lines.end()).toEqual(["tw"]);
  expect(lines.end()).toEqual([]);
});

test("a line without an end is cut, and loses nothing", () => {
  const lines = new Lines();
  expect(lines.cuts).toBe(false);
  const pieces = [...lines.add(Buffer.alloc(LONGEST_LINE * 2 + 1, "a")), ...lines.end()];
  expect(lines.cuts).toBe(true);
  expect(pieces.map((piece) => piece.length)).toEqual([LONGEST_LINE, LONGEST_LINE, 1]);
});
