// Nothing is mounted over what the run needs, wherever and however that is written.
import { expect, test } from "vitest";
import { validate } from "../../../injector/check/validate.ts";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const PLACES: Readonly<Record<string, (path: string) => string>> = {
  "a volume": (path) =>
    `volumes: [{name: v, emptyDir: {}}], steps: [{image: i, script: x, volumeMounts: [{name: v, mountPath: ${path}}]}]`,
  "a volume of the template": (path) =>
    `volumes: [{name: v, emptyDir: {}}], stepTemplate: {volumeMounts: [{name: v, mountPath: ${path}}]}, steps: [{image: i, script: x}]`,
  "a workspace": (path) => `workspaces: [{name: w, mountPath: ${path}}], steps: [{image: i, script: x}]`,
  "a step's own workspace": (path) =>
    `workspaces: [{name: w}], steps: [{image: i, script: x, workspaces: [{name: w, mountPath: ${path}}]}]`,
  "a sidecar's workspace": (path) =>
    `workspaces: [{name: w}], steps: [{image: i, script: x}], sidecars: [{name: s, image: i, script: x, workspaces: [{name: w, mountPath: ${path}}]}]`,
};

const run = (spec: string, path = "") => [
  {
    path: "run.yaml",
    text: `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: t}
spec:
  params: [{name: path, value: ${JSON.stringify(path)}}]
  workspaces: [{name: w, emptyDir: {}}]
  taskSpec: {params: [{name: path}], ${spec}}
`,
  },
];

const FORBIDDEN = [
  "/",
  "//",
  "/proc",
  "/proc/1",
  "/tekton",
  "/tekton/run",
  "/workspace/../tekton/bin/",
  "/tekton/home/../run",
];

/** What a Task says of its workspace has no params. */
const isKnown = (name: string) => name === "a workspace";

test.each(Object.entries(PLACES))("%s is mounted over nothing of the run's", (name, spec) => {
  for (const path of FORBIDDEN) {
    const faults = validate(run(spec(path))).filter(({ code }) => code === "forbidden-mount");
    expect(faults).toMatchObject([{ place: { file: "run.yaml" }, severity: "error" }]);
    if (!isKnown(name))
      expect(() => plan(resolve(load(run(spec("$(params.path)"), path))))).toThrow(UserError);
  }
  for (const path of ["/tekton/home", "/tekton/home/.cache", "/process", "/tektonic", "/workspace/x"]) {
    expect(validate(run(spec(path))).filter(({ severity }) => severity === "error")).toEqual([]);
    expect(plan(resolve(load(run(spec("$(params.path)"), path)))).plans).toHaveLength(1);
  }
});
