// Tasks as the catalog has them, untouched: each alone, as a Pipeline, and as Tasks in a Task.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { load } from "../../../injector/documents/load.ts";
import { parseWorkspaceFlag } from "../../../injector/resolve/given.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const folder = join(import.meta.dirname, "../fixtures/catalog");
const catalog = ["git-clone.yaml", "kaniko.yaml"].map((path) => ({
  path,
  text: readFileSync(join(folder, path), "utf8"),
  library: true,
}));
const workspaces = [parseWorkspaceFlag("name=shared,emptyDir=")];

test("v1beta1 reads like v1: resources become computeResources", () => {
  const kaniko = load(catalog.slice(1)).documents[0]?.object;
  expect(kaniko).toMatchObject({
    kind: "Task",
    spec: { steps: [{ computeResources: { limits: { memory: "2Gi" } } }, { name: "write-url" }] },
  });
});

test("as a Pipeline", () => {
  const text = `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: clone-build-push}
spec:
  params: [{name: repo-url}, {name: image}]
  workspaces: [{name: shared}]
  tasks:
    - name: fetch
      taskRef: {name: git-clone}
      workspaces: [{name: output, workspace: shared}]
      params: [{name: url, value: $(params.repo-url)}]
    - name: build-push
      runAfter: [fetch]
      taskRef: {name: kaniko}
      workspaces: [{name: source, workspace: shared}]
      params: [{name: IMAGE, value: "$(params.image):$(tasks.fetch.results.commit)"}]
`;
  const params = [
    { name: "repo-url", text: "https://host/r" },
    { name: "image", text: "reg/app" },
  ];
  const run = resolve(load([...catalog, { path: "p.yaml", text }]), { params, workspaces });
  expect(run.tasks.map(({ name, taskName, runAfter }) => [name, taskName, runAfter])).toEqual([
    ["fetch", "git-clone", []],
    ["build-push", "kaniko", ["fetch"]],
  ]);
  expect(run.tasks[1]?.params).toEqual([{ name: "IMAGE", value: "reg/app:$(tasks.fetch.results.commit)" }]);
});

test("as Tasks in a Task", () => {
  const text = `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: clone-build-push}
spec:
  params: [{name: repo-url}, {name: image}]
  workspaces: [{name: shared}]
  steps:
    - name: fetch
      ref: {kind: Task, name: git-clone}
      params: [{name: url, value: $(params.repo-url)}]
      workspaces: [{name: output, workspace: shared}]
    - name: build-push
      ref: {kind: Task, name: kaniko}
      params: [{name: IMAGE, value: "$(params.image):$(steps.fetch.results.commit)"}]
      workspaces: [{name: source, workspace: shared}]
`;
  const params = [
    { name: "repo-url", text: "https://host/r" },
    { name: "image", text: "reg/app" },
  ];
  const run = resolve(load([...catalog, { path: "t.yaml", text }]), { params, workspaces });
  expect(run.tasks).toHaveLength(1);
  expect(
    run.tasks[0]?.spec.steps.map((one) => one.kind === "task" && [one.name, one.task.spec.steps.length]),
  ).toEqual([
    ["fetch", 1],
    ["build-push", 2],
  ]);
});
