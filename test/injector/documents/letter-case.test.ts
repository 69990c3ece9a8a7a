// Fields in another letter case than theirs: read as Tekton reads them, and told.
import { expect, test } from "vitest";
import { check } from "../../../injector/check/check.ts";
import { load } from "../../../injector/documents/load.ts";

const loaded = (step: string) =>
  load([
    {
      path: "t.yaml",
      text: `apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec:\n  STEPS:\n    - ${step}\n`,
    },
  ]);

test("they count, wherever they stand, and each is told at its place", () => {
  const { documents, diagnostics } = loaded("{image: i, Workspaces: [{name: w, mountpath: /w}]}");
  expect(documents[0]?.object).toMatchObject({
    spec: { steps: [{ image: "i", workspaces: [{ name: "w", mountPath: "/w" }] }] },
  });
  expect(diagnostics.map(({ code, severity, place, cure }) => [code, severity, place?.line, cure])).toEqual([
    ["field-case", "warning", 5, 'write it as "steps"'],
    ["field-case", "warning", 6, 'write it as "workspaces"'],
    ["field-case", "warning", 6, 'write it as "mountPath"'],
  ]);
});

test("what is there under its own name too, or is nobody's field, stays unknown", () => {
  const { diagnostics } = loaded("{image: i, Image: j, Imagine: k}");
  expect(diagnostics.map(({ code, message }) => `${code} ${message.split(" ").at(-1)}`)).toEqual([
    'unknown-field "Image"',
    'unknown-field "Imagine"',
    "field-case does",
  ]);
});

test("keys of a user's own are left alone", () => {
  const task = loaded("{image: i, env: [{name: A, value: b}], computeResources: {Limits: {CPU: 1}}}");
  expect(task.documents[0]?.object).toMatchObject({
    spec: { steps: [{ computeResources: { limits: { CPU: 1 } } }] },
  });
  expect(check(task).filter(({ code }) => code === "field-case")).toEqual([]);
});
