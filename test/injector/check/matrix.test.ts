// What the texts of a matrix may refer to.
import { expect, test } from "vitest";
import { check } from "../../../injector/check/check.ts";
import { load } from "../../../injector/documents/load.ts";

const faultsOf = (include: string) => {
  const text = `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  tasks:
    - name: t
      matrix:
        include: [${include}]
      taskSpec:
        params: [{name: os}, {name: browser}]
        steps: [{image: i}]
`;
  return check(load([{ path: "p.yaml", text }])).map(({ code, place }) => `${code}:${place?.line}`);
};

test("the name of a combination may tell its params", () => {
  const params = "[{name: os, value: linux}, {name: browser, value: b}]";
  expect(faultsOf(`{name: "on $(params.os), $(params.browser)", params: ${params}}`)).toEqual([]);
});

test("its values may not, as they are what the params are made of", () => {
  const params = "[{name: os, value: linux}, {name: browser, value: $(params.os)}]";
  expect(faultsOf(`{name: n, params: ${params}}`)).toEqual(["unknown-reference:9"]);
  expect(
    faultsOf(`{name: $(params.none), params: [{name: os, value: a}, {name: browser, value: b}]}`),
  ).toEqual(["unknown-reference:9"]);
});
