// --max-pod: limits as one flag.
import { expect, test } from "vitest";
import { parseMaxPod } from "../../../injector/cli/input/plan-options.ts";

test("any of the three limits", () => {
  expect(parseMaxPod("steps=10,cpu=500m,memory=8Gi")).toEqual({ steps: 10, cpu: "500m", memory: "8Gi" });
  expect(parseMaxPod("memory=1Gi")).toEqual({ memory: "1Gi" });
});

test.each(["", "steps", "steps=0", "steps=1.5", "cpu=much", "cpu=0", "disk=1Gi", "steps=1=2", "steps=1,"])(
  "%s is refused",
  (flag) => expect(() => parseMaxPod(flag)).toThrow("is no limit"),
);
