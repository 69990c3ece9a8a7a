import { expect, test } from "vitest";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { load } from "../../../injector/documents/load.ts";
import { parseParamFlag, parseWorkspaceFlag } from "../../../injector/resolve/given.ts";
import { type ResolveOptions, resolve } from "../../../injector/resolve/resolve.ts";

const TASK = `
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: build, labels: {team: a}}
spec:
  params:
    - {name: image}
    - {name: flags, type: array, default: [-v]}
    - {name: repo, type: object, properties: {url: {}, rev: {}}, default: {rev: main}}
  workspaces: [{name: source}, {name: cache, optional: true}]
  results: [{name: digest}, {name: tags, type: array}]
  steps:
    - {name: compile, image: golang, args: [$(params.image)]}
`;
const RUN = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {generateName: build-, labels: {run: b}}
spec:
  taskRef: {name: build}
  params: [{name: image, value: app}, {name: repo, value: {url: u}}]
  workspaces: [{name: source, emptyDir: {}}]
  timeout: 1m30s
  serviceAccountName: robot
  podTemplate: {nodeSelector: {disk: ssd}}
  stepSpecs: [{name: compile, computeResources: {requests: {cpu: "1"}}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
`;

const resolved = (text: string, options?: ResolveOptions) =>
  resolve(load([{ path: "a.yaml", text }]), options);
const codes = (text: string, options?: ResolveOptions): string[] => {
  try {
    resolved(text, options);
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
};

test("a TaskRun becomes a run of one task, with everything it says", () => {
  const run = resolved(`${TASK}---${RUN}`, { suffix: "x1" });
  expect(run).toMatchObject({
    name: "build-x1",
    source: { kind: "TaskRun", name: "build-x1", file: "a.yaml" },
    params: { image: "app", flags: ["-v"], repo: { url: "u", rev: "main" } },
    workspaces: { source: { name: "source", emptyDir: {} } },
    results: [
      { name: "digest", value: "$(tasks.build.results.digest)" },
      { name: "tags", type: "array", value: "$(tasks.build.results.tags[*])" },
    ],
    pod: {
      serviceAccountName: "robot",
      labels: { team: "a", run: "b" },
      spec: { nodeSelector: { disk: "ssd" } },
    },
    data: [{ kind: "ConfigMap", name: "settings", data: { a: "Yg==" } }],
    context: { "taskRun.name": "build-x1", "taskRun.namespace": "default" },
  });
  expect(run.tasks).toMatchObject([
    {
      name: "build",
      taskName: "build",
      timeout: 90_000,
      workspaces: [{ name: "source", workspace: "source" }],
      spec: {
        steps: [{ kind: "step", step: { name: "compile", computeResources: { requests: { cpu: "1" } } } }],
      },
    },
  ]);
  expect(run.place("tasks.build.params.image")).toMatchObject({ line: 20, column: 12 });
  expect(run.place("tasks.build.spec.steps.compile.image")).toMatchObject({ line: 13 });
});

test("the same input has the same name and uid", () => {
  expect(resolved(`${TASK}---${RUN}`).name).toMatch(/^build-[0-9a-f]{5}$/);
  expect(resolved(`${TASK}---${RUN}`).name).toBe(resolved(`${TASK}---${RUN}`).name);
  expect(resolved(`${TASK}---${RUN}`).context).toEqual(resolved(`${TASK}---${RUN}`).context);
});

test("a Task alone takes its values from flags, typed by its declarations", () => {
  const run = resolved(TASK, {
    params: ["image=a=b", "flags=-x,-y", "repo=url:https://h/p, rev:v1"].map(parseParamFlag),
    workspaces: [parseWorkspaceFlag("name=source,path=src,subPath=a/b")],
  });
  expect(run.source.kind).toBe("TaskRun");
  expect(run.params).toEqual({ image: "a=b", flags: ["-x", "-y"], repo: { url: "https://h/p", rev: "v1" } });
  expect(run.workspaces).toEqual({ source: { name: "source", folder: "src", subPath: "a/b" } });
});

test("flags win over what the run says", () => {
  const run = resolved(`${TASK}---${RUN}`, { params: [{ name: "image", text: "other" }] });
  expect(run.tasks[0]?.params).toContainEqual({ name: "image", value: "other" });
});

test("flags that do not fit are refused, all at once, with the flag in the message", () => {
  const options = {
    params: [
      { name: "imge", text: "x" },
      { name: "repo", text: "{" },
    ],
    workspaces: [],
  };
  expect(codes(TASK, options)).toEqual(["unknown-param", "param-type", "missing-param", "unbound-workspace"]);
});

test.each(["name=source", "emptyDir=", "name=source,emptyDir=,path=x", "name=source,emptydir="])(
  "-w %s is refused",
  (flag) => {
    expect(() => parseWorkspaceFlag(flag)).toThrow(UserError);
  },
);

test("several things to run are listed, and --target chooses", () => {
  const two = `${TASK}---${TASK.replace("name: build", "name: other")}`;
  expect(codes(two)).toEqual(["ambiguous-target"]);
  expect(codes(two, { target: "oter" })).toEqual(["unknown-target"]);
  const options = {
    target: "Task/other",
    params: [{ name: "image", text: "x" }],
    workspaces: [parseWorkspaceFlag("name=source,emptyDir=")],
  };
  expect(resolved(two, options).tasks[0]?.name).toBe("other");
});

test("params and workspaces of a run reach the Task that is written into it", () => {
  const run = resolved(`
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: inline}
spec:
  params: [{name: greeting, value: hello}]
  workspaces: [{name: data, emptyDir: {}}]
  taskSpec:
    steps: [{image: alpine, args: [$(params.greeting), $(workspaces.data.path)]}]
`);
  expect(run.tasks[0]).toMatchObject({
    name: "inline",
    params: [{ name: "greeting", value: "hello" }],
    workspaces: [{ name: "data", workspace: "data" }],
    spec: { workspaces: [{ name: "data" }] },
  });
});

test("an object of the run and the task's own by its name are one, the task's keys first", () => {
  const run = resolved(`
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: r}
spec:
  params: [{name: repo, value: {url: outer, commit: abc}}]
  pipelineSpec:
    tasks:
      - name: t
        params: [{name: repo, value: {url: inner, branch: main}}]
        taskSpec: {steps: [{image: i, args: [$(params.repo.commit)]}]}
`);
  expect(run.tasks[0]?.params).toEqual([
    { name: "repo", value: { url: "inner", commit: "abc", branch: "main" } },
  ]);
});

test("Tasks in Tasks are followed, their workspaces traced to the run's", () => {
  const inner = `
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: clone}
spec:
  params: [{name: url}]
  workspaces: [{name: output}]
  results: [{name: commit}]
  steps: [{name: clone, image: git, script: git clone}]
`;
  const outer = `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: all}
spec:
  params: [{name: repo}]
  workspaces: [{name: source}]
  results: [{name: commit, value: $(steps.fetch.results.commit)}]
  steps:
    - name: fetch
      ref: {kind: Task, name: clone}
      retries: 2
      params: [{name: url, value: $(params.repo)}]
      workspaces: [{name: output, workspace: source, subPath: sub}]
    - {name: show, image: alpine, args: [$(steps.fetch.results.commit)]}
`;
  const options = {
    params: [{ name: "repo", text: "r" }],
    workspaces: [parseWorkspaceFlag("name=source,emptyDir=,subPath=top")],
  };
  const run = resolved(`${inner}---${outer}`, options);
  expect(run.tasks).toHaveLength(1);
  expect(run.tasks[0]?.spec.steps).toMatchObject([
    {
      kind: "task",
      name: "fetch",
      task: {
        taskName: "clone",
        retries: 2,
        params: [{ name: "url", value: "$(params.repo)" }],
        workspaces: [{ name: "output", workspace: "source", subPath: "sub" }],
        spec: { steps: [{ kind: "step", step: { name: "clone" } }] },
      },
    },
    { kind: "step", step: { name: "show" } },
  ]);
});

test("a StepAction is merged into its step, its params kept apart", () => {
  const run = resolved(`
apiVersion: tekton.dev/v1beta1
kind: StepAction
metadata: {name: greet}
spec:
  params: [{name: who, default: world}]
  results: [{name: said}]
  image: alpine
  env: [{name: WHO, value: $(params.who)}]
  script: echo hello $WHO
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: t}
spec:
  steps: [{name: hi, onError: continue, ref: {name: greet}, params: [{name: who, value: you}]}]
`);
  expect(run.tasks[0]?.spec.steps[0]).toEqual({
    kind: "step",
    step: {
      name: "hi",
      onError: "continue",
    },
    action: {
      name: "greet",
      declared: [{ name: "who", default: "world" }],
      given: [{ name: "who", value: "you" }],
      fields: {
        image: "alpine",
        env: [{ name: "WHO", value: "$(params.who)" }],
        script: "echo hello $WHO",
        results: [{ name: "said" }],
      },
    },
  });
});

const PIPELINE = `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: release}
spec:
  params: [{name: image}, {name: platforms, type: array, default: [amd64, arm64]}]
  workspaces: [{name: shared}]
  tasks:
    - name: fetch
      taskSpec:
        results: [{name: commit}]
        steps: [{image: git, script: "echo $(params.image) > $(workspaces.shared.path)/x"}]
    - name: build
      runAfter: [fetch]
      taskRef: {name: build}
      params:
        - {name: image, value: "$(params.image):$(tasks.fetch.results.commit)"}
        - {name: flags, value: ["-a", "$(params.platforms[*])"]}
      workspaces: [{name: source, workspace: shared, subPath: $(params.image)}]
      when: [{input: $(params.image), operator: in, values: ["$(params.platforms[*])", app]}]
      retries: 2
      timeout: 1m
    - name: fan
      taskSpec: {params: [{name: p}], steps: [{image: x, args: [$(params.p)]}]}
      matrix: {params: [{name: p, value: "$(params.platforms[*])"}]}
  finally:
    - {name: clean, taskSpec: {steps: [{image: x, args: [$(tasks.status)]}]}}
  results: [{name: what, value: "$(params.image)@$(tasks.build.results.digest)"}]
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: r1}
spec:
  pipelineRef: {name: release}
  params: [{name: image, value: app}]
  workspaces: [{name: shared, emptyDir: {}}]
  timeouts: {pipeline: 1h, finally: 5m}
  taskRunTemplate: {serviceAccountName: robot, podTemplate: {nodeSelector: {a: b}}}
  taskRunSpecs: [{pipelineTaskName: build, serviceAccountName: builder}]
---
${TASK}`;

test("a PipelineRun becomes a run of many tasks, their params valued", () => {
  const run = resolved(PIPELINE);
  expect(run).toMatchObject({
    name: "r1",
    timeouts: { run: 3_600_000, finally: 300_000 },
    pod: { serviceAccountName: "robot" },
    results: [{ name: "what", value: "app@$(tasks.build.results.digest)" }],
    context: { "pipelineRun.name": "r1", "pipeline.name": "release" },
  });
  expect(run.tasks).toMatchObject([
    {
      name: "fetch",
      taskName: "fetch",
      params: [
        { name: "image", value: "app" },
        { name: "platforms", value: ["amd64", "arm64"] },
      ],
      workspaces: [{ name: "shared", workspace: "shared" }],
      spec: { workspaces: [{ name: "shared" }] },
    },
    {
      name: "build",
      runAfter: ["fetch"],
      params: [
        { name: "image", value: "app:$(tasks.fetch.results.commit)" },
        { name: "flags", value: ["-a", "amd64", "arm64"] },
      ],
      workspaces: [{ name: "source", workspace: "shared", subPath: "app" }],
      when: [{ input: "app", operator: "in", values: ["amd64", "arm64", "app"] }],
      retries: 2,
      timeout: 60_000,
      pod: { serviceAccountName: "builder", spec: { nodeSelector: { a: "b" } } },
    },
    { name: "fan", matrix: { params: [{ name: "p", value: ["amd64", "arm64"] }] } },
  ]);
  expect(run.finally.map(({ name }) => name)).toEqual(["clean"]);
  expect(run.place("tasks.build.timeout")).toMatchObject({ text: "      timeout: 1m" });
});

test("Pipelines in Pipelines dissolve: names prefixed, order, conditions and results kept", () => {
  const run = resolved(
    `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: inner}
spec:
  params: [{name: from}]
  workspaces: [{name: data}]
  tasks:
    - name: one
      params: [{name: v, value: $(params.from)}]
      taskSpec: {params: [{name: v}], results: [{name: r}], steps: [{image: x, args: [$(params.v)]}]}
    - name: two
      runAfter: [one]
      taskSpec:
        results: [{name: r}]
        steps: [{image: x, args: [$(tasks.one.results.r), $(workspaces.data.path)]}]
  results: [{name: last, value: "<$(tasks.two.results.r)>"}]
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: outer}
spec:
  workspaces: [{name: shared}]
  tasks:
    - {name: one, taskSpec: {results: [{name: r}], steps: [{image: x}]}}
    - name: sub
      runAfter: [one]
      pipelineRef: {name: inner}
      params: [{name: from, value: $(tasks.one.results.r)}]
      workspaces: [{name: data, workspace: shared, subPath: d}]
      when: [{input: $(tasks.one.results.r), operator: in, values: [go]}]
    - name: after
      runAfter: [sub]
      params: [{name: v, value: "$(tasks.sub.results.last)!"}]
      taskSpec: {params: [{name: v}], steps: [{image: x, args: [$(params.v)]}]}
  results: [{name: end, value: $(tasks.sub.results.last)}]
`,
    { target: "outer", workspaces: [parseWorkspaceFlag("name=shared,emptyDir=")] },
  );
  expect(run.tasks.map(({ name, runAfter }) => [name, runAfter])).toEqual([
    ["one", []],
    ["sub-one", ["one"]],
    ["sub-two", ["one", "sub-one"]],
    ["after", ["sub-one", "sub-two"]],
  ]);
  expect(run.tasks[1]?.params).toContainEqual({ name: "v", value: "$(tasks.one.results.r)" });
  expect(run.tasks[1]?.when).toHaveLength(1);
  expect(run.tasks[2]).toMatchObject({
    workspaces: [{ name: "data", workspace: "shared", subPath: "d" }],
    spec: { steps: [{ step: { args: ["$(tasks.sub-one.results.r)", "$(workspaces.data.path)"] } }] },
  });
  expect(run.tasks[3]?.params).toContainEqual({ name: "v", value: "<$(tasks.sub-two.results.r)>!" });
  expect(run.results).toEqual([{ name: "end", value: "<$(tasks.sub-two.results.r)>" }]);
});

test("a result for a param that is a list is meant as a whole, with or without [*]", () => {
  const run = resolved(`
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  tasks:
    - name: list
      taskSpec: {results: [{name: all, type: array}], steps: [{image: x}]}
    - name: use
      params: [{name: items, value: $(tasks.list.results.all)}]
      taskSpec: {params: [{name: items, type: array}], steps: [{image: x, args: [$(params.items)]}]}
`);
  expect(run.tasks[1]?.params).toEqual([{ name: "items", value: "$(tasks.list.results.all[*])" }]);
});

test("a prefixed name that is taken is refused", () => {
  const inner = "{tasks: [{name: b, taskSpec: {steps: [{image: x}]}}]}";
  const text = `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  tasks:
    - {name: a, pipelineSpec: ${inner}}
    - {name: a-b, taskSpec: {steps: [{image: x}]}}
`;
  expect(codes(text)).toEqual(["duplicate-name"]);
});

test("one slip of a shape does not hide the others, whoever asks", () => {
  const text = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  tasks:
    - {name: a, taskSpec: {steps: [{image: i}]}, runAfter: b}
    - {name: b, taskRef: {name: missing}}
`;
  const codes = (() => {
    try {
      resolve(load([{ path: "a.yaml", text }]));
      return [];
    } catch (error) {
      return error instanceof UserError ? error.diagnostics.map(({ code }) => code) : [error];
    }
  })();
  expect(codes).toEqual(["wrong-type", "unknown-ref"]);
});
