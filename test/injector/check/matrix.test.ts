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
      params: [{name: version, value: "1"}]
      matrix:
        include: [${include}]
      taskSpec:
        params: [{name: os}, {name: browser}, {name: version}]
        steps: [{image: i}]
`;
  return check(load([{ path: "p.yaml", text }])).map(({ code, place }) => `${code}:${place?.line}`);
};

test("the name of a combination may tell its params and the task's", () => {
  const params = "[{name: os, value: linux}, {name: browser, value: b}]";
  expect(
    faultsOf(`{name: "on $(params.os), $(params.browser) $(params.version)", params: ${params}}`),
  ).toEqual([]);
});

test("its values may not, as they are what the params are made of", () => {
  const params = "[{name: os, value: linux}, {name: browser, value: $(params.os)}]";
  expect(faultsOf(`{name: some, params: ${params}}`)).toEqual(["unknown-reference:10"]);
  expect(
    faultsOf(`{name: $(params.none), params: [{name: os, value: a}, {name: browser, value: b}]}`),
  ).toEqual(["unknown-reference:10"]);
});
