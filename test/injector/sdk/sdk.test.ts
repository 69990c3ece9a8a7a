// What the SDK prints: shapes, references, order. promises.test.ts has what it refuses.
import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import type { StepFieldName } from "../../../injector/documents/step-fields.ts";
import {
  definePipeline,
  defineRun,
  defineStep,
  defineTask,
  existingTask,
  inline,
  sh,
  toYaml,
} from "../../../injector/sdk/index.ts";
import { plain } from "../../../injector/sdk/plain.ts";
import { build, clone, notify, npm } from "./tasks.ts";

test("a step can be written with every field there is; its name, and what it refers to, stand before them", () => {
  type Written = Exclude<StepFieldName, "name" | "ref" | "params">;
  expectTypeOf<Written>().toExtend<keyof Parameters<typeof defineStep>[0]>();
});

const ci = definePipeline(
  {
    name: "ci",
    params: { url: {}, image: { default: "registry/app" } },
    workspaces: { source: {} },
    metadata: { labels: { team: "baton" } },
  },
  ({ params, workspaces, task, status }) => {
    const { source } = workspaces;
    const cloned = task("clone", clone, { params: { url: params.url }, workspaces: { output: source } });
    const readers = { workspaces: { source }, runAfter: [cloned] };
    const lint = task("lint", npm, { params: { script: "lint" }, ...readers });
    const unit = task("test", npm, { params: { script: "test", flags: ["--coverage"] }, ...readers });
    const image = task("image", build, {
      params: { image: { name: params.image, tag: "v1" }, commit: cloned.results.commit },
      workspaces: { source: { workspace: source, subPath: "app" } },
      runAfter: [lint, unit],
      retries: 2,
    });
    const scan = existingTask(
      { resolver: "hub", params: [{ name: "name", value: "scan" }] },
      { params: { image: {}, level: { default: "high" } }, results: { report: { type: "array" } } },
    );
    const scanned = task.matrix("scan", scan, {
      matrix: { params: { level: ["high", "low"] }, include: [{ name: "x", params: { level: "all" } }] },
      params: { image: image.results.digest },
    });
    const built = task.finally("rebuild", build, {
      params: { image: { name: "again", tag: "v1" }, commit: cloned.results.commit },
      workspaces: { source },
    });
    task.finally("report", inline(npm), {
      params: { script: "lint", flags: scanned.results.report },
      workspaces: { source },
      when: [{ input: status, operator: "notin", values: ["None"] }],
    });
    return {
      digest: { description: "of the image", value: image.results.digest },
      layers: image.results.layers,
      again: built.results.digest,
    };
  },
);

const whole = defineTask(
  { name: "whole", workspaces: { source: {} }, results: { commit: {} }, raw: { "x-note": "raw" } },
  ({ workspaces, step, action, task, sidecar, volume }) => {
    const cache = volume("cache", { emptyDir: {} });
    sidecar("registry", { image: "docker.io/library/registry:2", env: { PORT: "5000" } });
    const cloned = task("clone", clone, {
      params: { url: "https://host/repo" },
      workspaces: { output: workspaces.source },
    });
    const mount = { volumeMounts: [{ name: cache.name, mountPath: "/cache" }] };
    const shared = defineStep({ image: "docker.io/library/busybox", args: ["true"], ...mount });
    const made = step("make", {
      ...shared,
      env: { TOKEN: { valueFrom: { secretKeyRef: { name: "token", key: "token" } } } },
      workspaces: [workspaces.source],
      needs: [cloned],
      retries: 1,
      raw: { tty: true },
    });
    action("tell", notify, { params: { text: `exit $(cat ${made.exitCode.path})` }, finally: true });
    step("", shared);
    return { commit: cloned.results.commit };
  },
);

const run = defineRun(ci, {
  name: "ci-1",
  params: { url: "on", image: "012" },
  workspaces: { source: { emptyDir: {} } },
  raw: { timeouts: { pipeline: "10m" } },
});

test("definitions print as documents that a reviewer can read", async () => {
  const printed = toYaml(clone, npm, build, notify, ci, whole, run);
  await expect(printed).toMatchFileSnapshot("../../golden/sdk/definitions.yaml");
});

test("what is printed reads back as the objects, in YAML 1.1 and 1.2", () => {
  const objects = [clone, build, ci, whole, run];
  for (const version of ["1.1", "1.2"] as const) {
    const read = parseAllDocuments(toYaml(...objects), { version }).map((document) => document.toJS());
    expect(read).toEqual(objects);
  }
  expect(JSON.parse(JSON.stringify(objects))).toStrictEqual(objects);
});

test("the order in which fields were written does not show", () => {
  const json = fc.dictionary(
    fc.constantFrom("name", "image", "args", "zeta", "alpha", "spec"),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(json, (object) => {
      const backwards = Object.fromEntries(Object.entries(object).reverse());
      expect(JSON.stringify(plain(backwards))).toBe(JSON.stringify(plain(object)));
      expect(plain(object)).toEqual(object);
    }),
  );
});

test("only fields of ours make an object ours", () => {
  expect([clone, notify, ci, whole, run].map((object) => object.apiVersion)).toEqual([
    "tekton.dev/v1",
    "tekton.dev/v1beta1",
    "tekton.dev/v1",
    "baton.run/v1alpha1",
    "tekton.dev/v1",
  ]);
  expect(defineTask({ name: "old", apiVersion: "tekton.dev/v1beta1" }, () => {}).apiVersion).toBe(
    "tekton.dev/v1beta1",
  );
});

test("an array is an item, one string of it a text; in a text it is a mistake with a cure", () => {
  const head = { name: "x", params: { flags: { type: "array" }, "a.b": {} } } as const;
  const task = defineTask(head, ({ params, step }) => {
    step("a", { args: [params.flags, `--first=${params.flags.at(0)}`, params["a.b"]] });
  });
  expect(task.spec.steps[0]?.args).toEqual([
    "$(params.flags[*])",
    "--first=$(params.flags[0])",
    "$(params['a.b'])",
  ]);
  expect(() => defineTask(head, ({ params, step }) => void step("a", { script: `${params.flags}` }))).toThrow(
    UserError,
  );
});

test("what a run knows of itself is a reference too", () => {
  const task = defineTask({ name: "x", workspaces: { w: {} } }, ({ context, workspaces, step }) => {
    step("a", { args: [context.taskRun.uid, `try ${context.task.retryCount}`, workspaces.w.claim] });
  });
  const args = ["$(context.taskRun.uid)", "try $(context.task.retry-count)", "$(workspaces.w.claim)"];
  expect(task.spec.steps[0]?.args).toEqual(args);
});

test("sh drops the indentation that lines share, and nothing else", () => {
  const name = "git-clone";
  expect(sh`
    if true; then
      echo "\${HOME}\n" ${name}

    fi
  `).toBe(["if true; then", `  echo "$` + `{HOME}\\n" git-clone`, "", "fi", ""].join("\n"));
  expect(sh`echo one`).toBe("echo one");
});

test("artifacts are records by name, and outputs of handles", () => {
  const make = defineTask({ name: "make", workspaces: { data: {} } }, ({ workspaces, step }) => {
    const site = step("site", {
      artifacts: { outputs: { site: { path: `${workspaces.data.path}/site` } } },
      script: ({ outputs }) => sh`./build ${outputs.site.path}`,
    });
    step("pack", {
      artifacts: {
        inputs: { site: { from: site.output("site") }, tool: { path: "/tool", digest: { sha256: "ab" } } },
        outputs: { image: { buildOutput: true } },
      },
      args: ({ inputs }) => [inputs.site.path, site.output("site").digest],
    });
  });
  const outer = defineTask({ name: "outer", workspaces: { data: {} } }, ({ workspaces, task }) => {
    const inner = task("inner", make, { workspaces });
    task("again", make, { workspaces, artifacts: { inputs: { tool: inner.output("image"), other: true } } });
  });
  const { steps } = make.spec;
  expect(make.apiVersion).toBe("baton.run/v1alpha1");
  expect(steps[0]?.artifacts).toEqual({ outputs: [{ name: "site", path: "$(workspaces.data.path)/site" }] });
  expect(steps[0]?.script).toContain("./build $(outputs.site.path)");
  expect(steps[1]?.args).toEqual(["$(inputs.site.path)", "$(steps.site.outputs.site.digest)"]);
  expect(steps[1]?.artifacts).toEqual({
    inputs: [
      { name: "site", from: "$(steps.site.outputs.site)" },
      { name: "tool", path: "/tool", digest: { sha256: "ab" } },
    ],
    outputs: [{ name: "image", buildOutput: true }],
  });
  expect(outer.spec.steps[1]?.artifacts).toEqual({
    inputs: [{ name: "tool", from: "$(steps.inner.outputs.image)" }, { name: "other" }],
  });
  const pipeline = definePipeline({ name: "p", workspaces: { data: {} } }, ({ workspaces, task }) => {
    const made = task("make", make, { workspaces });
    task("use", make, { workspaces, artifacts: { inputs: { tool: made.output("image") } } });
  });
  expect(pipeline.apiVersion).toBe("baton.run/v1alpha1");
  expect(pipeline.spec.tasks[1]?.artifacts).toEqual({
    inputs: [{ name: "tool", from: "$(tasks.make.outputs.image)" }],
  });
});
