// Params: defaults, objects, indexes, and values that only the running pod will know.
import { describe, expect, test } from "vitest";
import type { ParamSpec, ParamValue } from "../../../injector/documents/spec.ts";
import { plainTree } from "../../../injector/substitute/data.ts";
import { paramLookup, paramValues } from "../../../injector/substitute/params.ts";
import { substituteText } from "../../../injector/substitute/text.ts";

const replaced = (text: string, values: Readonly<Record<string, ParamValue>>) =>
  substituteText(text, paramLookup(new Map(Object.entries(values))));

describe("what a reference takes out of a value", () => {
  const values = { x: "1", list: ["a", "b"], object: { key: "v" }, "dotted.name": "d", "odd.list": ["o"] };
  test.each([
    ["$(params.x)", "1"],
    ["$(inputs.params.x)", "1"],
    ["$(params['dotted.name'])", "d"],
    ["$(params.dotted.name)", "d"],
    ["$(params['odd.list'][0])", "o"],
    ["$(params.list[0])$(params.list[1])", "ab"],
    ["$(params.list[2])", "$(params.list[2])"],
    ["$(params.list)", "$(params.list)"],
    ["$(params.object.key)", "v"],
    ["$(params.object.other)", "$(params.object.other)"],
    ["$(params.object.toString)", "$(params.object.toString)"],
    ["$(params.x.y)", "$(params.x.y)"],
  ])("%s → %s", (before, after) => expect(replaced(before, values)).toBe(after));
});

test.each(["$(params.text[*])", "$(params.nobody[*])"])(
  "an object given as %s keeps its default",
  (value) => {
    const declared: ParamSpec[] = [{ name: "object", type: "object", default: { key: "v" } }];
    const outer = paramLookup(new Map([["text", "t"]]));
    expect(paramValues(declared, [{ name: "object", value }], outer).get("object")).toEqual({ key: "v" });
  },
);

describe("a param fed by another Task's result", () => {
  const values = {
    digest: "$(tasks.build.results.digest)",
    images: "$(tasks.build.results.images[*])",
    tagged: "v-$(tasks.build.results.version)",
    some: ["a", "$(tasks.build.results.digest)"],
  };
  test.each([
    ["$(params.digest)", "$(tasks.build.results.digest)"],
    ["$(params.images[*])", "$(tasks.build.results.images[*])"],
    ["$(params.images[1])", "$(tasks.build.results.images[1])"],
    ["$(params.images.url)", "$(tasks.build.results.images.url)"],
    ["$(params.tagged)", "v-$(tasks.build.results.version)"],
    ["$(params.some[1])", "$(tasks.build.results.digest)"],
  ])("%s → %s", (before, after) => expect(replaced(before, values)).toBe(after));
});

describe("defaults", () => {
  const specs: readonly ParamSpec[] = [
    { name: "registry", default: "reg.example" },
    { name: "image", default: "$(params.registry)/app:$(params.tag)" },
    { name: "tag" },
    { name: "where", type: "object", default: { city: "Rome", country: "Italy" } },
  ];

  test("may refer to other params, and objects are completed", () => {
    const given = [
      { name: "tag", value: "v1" },
      { name: "where", value: { city: "Pisa" } },
    ];
    expect(Object.fromEntries(paramValues(specs, given))).toEqual({
      registry: "reg.example",
      image: "reg.example/app:v1",
      tag: "v1",
      where: { city: "Pisa", country: "Italy" },
    });
  });

  test("a circle of defaults ends", () => {
    const circle = [
      { name: "a", default: "$(params.b)" },
      { name: "b", default: "$(params.a)" },
    ];
    expect(plainTree(paramValues(circle, []).get("a"))).toBe("$(params.a)");
  });

  test("what is given is answered from outside, not from the list itself", () => {
    const outer = paramLookup(new Map([["x", "outer"]]));
    expect(paramValues([{ name: "x" }], [{ name: "x", value: "$(params.x)" }], outer).get("x")).toBe("outer");
  });
});
