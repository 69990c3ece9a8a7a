// Keys come apart as they were put together.
import { expect, test } from "vitest";
import {
  innerKey,
  leafKey,
  matrixKey,
  outermost,
  parseStepName,
  stepName,
  taskKey,
  taskOf,
} from "../../../../injector/plan/model/keys.ts";

const inner = innerKey(innerKey(taskKey("build"), "image"), "push");

test("a step knows its Task, a Task the one that it is in", () => {
  expect(inner).toBe("build.image.push");
  expect(taskOf(leafKey(inner, 12))).toBe(inner);
  expect(outermost(inner)).toBe("build");
  expect(outermost(matrixKey("build", 3))).toBe("build-3");
});

test("a step of an outer Task is no Task", () => {
  expect(parseStepName(stepName(inner, "tag"))).toEqual({ task: inner, step: "tag" });
  expect(parseStepName(inner)).toBeUndefined();
});
