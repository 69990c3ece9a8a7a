// Kubernetes' quantities, both ways.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatQuantity, parseQuantity } from "../../../../injector/plan/model/quantity.ts";

describe("quantities", () => {
  test.each([
    ["500m", 500],
    ["1.5", 1500],
    ["2Gi", 2 * 2 ** 30 * 1000],
    ["1e3", 1e6],
    ["128M", 128e9],
    ["100n", 1],
    ["1 Gi", undefined],
    ["much", undefined],
    ["", undefined],
  ])("%s", (text, thousandths) => expect(parseQuantity(text)).toBe(thousandths));

  test("what is written is read again", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), (value) => {
        expect(parseQuantity(formatQuantity(value))).toBe(value);
        expect(parseQuantity(formatQuantity(value * 1024 * 1000))).toBe(value * 1024 * 1000);
      }),
    );
  });
});
