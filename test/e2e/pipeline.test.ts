// Pipelines and Tasks in Tasks as one run: order, data, conditions, endings, retries, in the processes of one machine.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";
import { folder } from "./_baton.ts";

const states = ({ tasks }: RunRecord): Record<string, string> =>
  Object.fromEntries(tasks.map(({ name, state }) => [name, state]));

/** A Pipeline of these tasks (YAML, two spaces deep) and what else its spec has. */
const pipelineOf = (tasks: string, more = ""): string =>
  `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: demo}
spec:
${more.replace(/^(?=.)/gm, "  ")}
  tasks:
${tasks.replace(/^(?=.)/gm, "    ")}
`;

/** A pipeline task with one step. */
const task = (name: string, script: string, more = ""): string =>
  `- name: ${name}
${more.replace(/^(?=.)/gm, "  ")}
  taskSpec:
    results: [{name: out}]
    steps:
      - name: run
        script: |
${script.replace(/^(?=.)/gm, "          ")}
`;

const run = (text: string, ...words: readonly string[]) =>
  folder({ "run.yaml": text }).record("run.yaml", ...words);

test("results pass from Task to Task, and up to the run", async () => {
  const tasks = [
    task("make", "printf 42 > $(results.out.path)"),
    task("use", 'printf "got $GOT" > $(results.out.path)')
      .replace(
        "    results:",
        "    params: [{name: got}]\n    stepTemplate: {env: [{name: GOT, value: $(params.got)}]}\n    results:",
      )
      .replace("  taskSpec:", "  params: [{name: got, value: $(tasks.make.results.out)}]\n  taskSpec:"),
  ].join("");
  const more = 'results:\n  - {name: answer, value: "$(tasks.use.results.out)!"}';
  const record = await run(pipelineOf(tasks, more));
  expect(record).toMatchObject({ state: "succeeded", results: [{ name: "answer", value: "got 42!" }] });
  expect(record.tasks.map(({ name, results }) => [name, results[0]?.value])).toEqual([
    ["make", "42"],
    ["use", "got 42"],
  ]);
});

test("independent Tasks run side by side, each with files of its own", async () => {
  // Each waits for the other: in sequence this would never end.
  const meet = (own: string, other: string) =>
    `touch $(workspaces.shared.path)/${own}; echo ${own} > /workspace/private; touch $HOME/${own}
     while [ ! -e $(workspaces.shared.path)/${other} ]; do sleep 0.02; done
     [ "$(cat /workspace/private)" = ${own} ] && [ ! -e $HOME/${other} ]`;
  const shared = (name: string) => `workspaces: [{name: shared, workspace: ${name}}]`;
  const bind = (text: string) =>
    text.replace("    results:", "    workspaces: [{name: shared}]\n    results:");
  const tasks =
    bind(task("left", meet("l", "r"), shared("one"))) + bind(task("right", meet("r", "l"), shared("two")));
  const { path, record } = folder({
    "run.yaml": pipelineOf(tasks, "workspaces: [{name: one}, {name: two}]"),
    "data/x": "",
  });
  // Two names of one folder: for the planner they are different data.
  symlinkSync(join(path, "data"), join(path, "alias"));
  const words = ["-w", `name=one,path=${path}/data`, "-w", `name=two,path=${path}/alias`];
  expect(await record("run.yaml", ...words)).toMatchObject({ state: "succeeded" });
});

test("a false condition skips a Task and what needs its results, not what merely follows it", async () => {
  const no = 'when: [{input: "a", operator: in, values: ["b"]}]';
  const tasks = [
    task("maybe", "printf x > $(results.out.path)", no),
    task("after", "printf ran > $(results.out.path)", "runAfter: [maybe]"),
    task("fed", "echo $(params.p)").replace(
      "  taskSpec:",
      "  params: [{name: p, value: $(tasks.maybe.results.out)}]\n  taskSpec:\n    params: [{name: p}]",
    ),
  ].join("");
  const record = await run(pipelineOf(tasks));
  expect(record.state).toBe("succeeded");
  expect(states(record)).toEqual({ maybe: "skipped", after: "succeeded", fed: "skipped" });
});

test("a condition on a result is decided in the run", async () => {
  const when = (value: string) =>
    `when: [{input: "$(tasks.ask.results.out)", operator: in, values: ["${value}"]}]`;
  const tasks =
    task("ask", "printf yes > $(results.out.path)") +
    task("on-yes", "true", when("yes")) +
    task("on-no", "true", when("no"));
  expect(states(await run(pipelineOf(tasks)))).toEqual({
    ask: "succeeded",
    "on-yes": "succeeded",
    "on-no": "skipped",
  });
});

test("finally runs after a failure, knows how it went, and the run fails with the failure's code", async () => {
  const tasks = task("breaks", "exit 5") + task("never", "true", "runAfter: [breaks]");
  const finale = task("report", 'printf "$HOW $ALL" > $(results.out.path)').replace(
    "  taskSpec:",
    "  params: [{name: how, value: $(tasks.breaks.status)}, {name: all, value: $(tasks.status)}]\n  taskSpec:\n    params: [{name: how}, {name: all}]\n    stepTemplate: {env: [{name: HOW, value: $(params.how)}, {name: ALL, value: $(params.all)}]}",
  );
  const record = await run(`${pipelineOf(tasks)}  finally:\n${finale.replace(/^(?=.)/gm, "    ")}`);
  expect(record).toMatchObject({ state: "failed", exitCode: 5 });
  expect(record.tasks.at(-1)).toMatchObject({ name: "report", state: "succeeded" });
  expect(record.tasks.at(-1)?.results).toEqual([{ name: "out", value: "Failed Failed" }]);
});

test("once a Task has failed no other begins, but for those of finally", async () => {
  const until = (file: string) => `while [ ! -e /tekton/run/${file} ]; do sleep 0.02; done`;
  const tasks =
    task("breaks", "exit 5") +
    task("begun", until("0/out.err")) +
    task("later", "true", "runAfter: [begun]") +
    task("last", "true", "runAfter: [later]");
  const finale = `  finally:\n${task("report", "true").replace(/^(?=.)/gm, "    ")}`;
  const record = await run(pipelineOf(tasks) + finale);
  expect(record).toMatchObject({ state: "failed", exitCode: 5 });
  const [breaks, begun, report] = ["failed", "succeeded", "succeeded"];
  expect(states(record)).toEqual({ breaks, begun, later: "skipped", last: "skipped", report });
  const cause = { step: "step-breaks-run", state: "failed" };
  expect(record.steps[2]).toMatchObject({ state: "skipped", cause, message: "step-breaks-run failed" });

  const tolerated = pipelineOf(tasks.replace("- name: breaks\n", "- name: breaks\n  onError: continue\n"));
  expect(states(await run(tolerated + finale))).toMatchObject({ later: "succeeded", last: "succeeded" });
});

test("a Task that may fail does not fail the run", async () => {
  const tasks = task("breaks", "exit 5", "onError: continue") + task("next", "true", "runAfter: [breaks]");
  const record = await run(pipelineOf(tasks));
  expect(record).toMatchObject({ state: "succeeded", exitCode: 0 });
  expect(states(record)["next"]).toBe("succeeded");
});

test("a Task that is retried runs all its steps again", async () => {
  const script = `echo $(context.task.retry-count) >> $(workspaces.data.path)/tries
    [ "$(tr -d '\\n' < $(workspaces.data.path)/tries)" = 012 ]`;
  const tasks = task("flaky", script, "retries: 3\nworkspaces: [{name: data}]").replace(
    "    results:",
    "    workspaces: [{name: data}]\n    results:",
  );
  const record = await run(pipelineOf(tasks, "workspaces: [{name: data}]"), "-w", "name=data,emptyDir=");
  expect(record).toMatchObject({ state: "succeeded", steps: [{ attempt: 3 }] });
});

test("a matrix runs a Task once for each combination", async () => {
  const tasks = task("each", "printf $(params.a)-$(params.b) > $(results.out.path)").replace(
    "  taskSpec:",
    "  matrix: {params: [{name: a, value: [p, q]}, {name: b, value: ['1', '2']}]}\n  taskSpec:\n    params: [{name: a}, {name: b}]",
  );
  const record = await run(pipelineOf(tasks));
  const values = record.tasks.map(({ results }) => results[0]?.value).sort();
  expect(values).toEqual(["p-1", "p-2", "q-1", "q-2"]);
});

test("a Task inside a Task gets params and workspaces, and keeps its files to itself", async () => {
  const text = `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: inner}
spec:
  params: [{name: who}]
  workspaces: [{name: data}]
  results: [{name: greeting}]
  steps:
    - name: greet
      script: |
        [ ! -e /workspace/outer ]
        printf 'hello %s' "$(params.who)" > $(results.greeting.path)
        cp $(results.greeting.path) $(workspaces.data.path)/greeting
---
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: outer}
spec:
  workspaces: [{name: shared}]
  results: [{name: told}]
  steps:
    - name: before
      script: touch /workspace/outer
    - name: call
      ref: {kind: Task, name: inner}
      params: [{name: who, value: you}]
      workspaces: [{name: data, workspace: shared}]
    - name: after
      script: cp $(workspaces.shared.path)/greeting $(results.told.path)
`;
  const record = await run(text, "-w", "name=shared,emptyDir=");
  expect(record).toMatchObject({ state: "succeeded" });
  expect(record.tasks.find(({ name }) => name === "outer")?.results).toEqual([
    { name: "told", value: "hello you" },
  ]);
});

test("steps: tolerated failures, conditions, results between them, finally", async () => {
  const text = `apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: demo}
spec:
  results: [{name: seen}]
  steps:
    - name: breaks
      onError: continue
      results: [{name: why}]
      script: printf because > $(step.results.why.path); exit 4
    - name: look
      env: [{name: WHY, value: $(steps.breaks.results.why)}]
      script: printf "$WHY $(cat $(steps.step-breaks.exitCode.path))" > $(results.seen.path)
    - name: not-now
      when: [{input: "1", operator: in, values: ["2"]}]
      script: exit 9
    - name: fails
      script: exit 6
    - name: clean
      finally: true
      script: echo cleaned
`;
  const record = await run(text);
  expect(record).toMatchObject({ state: "failed", exitCode: 6, message: "step-fails failed: exit code 6" });
  expect(record.steps.map(({ state, tolerated = false }) => [state, tolerated])).toEqual([
    ["failed", true],
    ["succeeded", false],
    ["skipped", false],
    ["failed", false],
    ["succeeded", false],
  ]);
  expect(record.tasks[0]?.results).toEqual([{ name: "seen", value: "because 4" }]);
});

test("a sidecar runs beside the steps and ends with them", async () => {
  const text = `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: demo}
spec:
  volumes: [{name: pipe, emptyDir: {}}]
  stepTemplate: {volumeMounts: [{name: pipe, mountPath: /pipe}]}
  sidecars:
    - name: server
      image: any
      volumeMounts: [{name: pipe, mountPath: /pipe}]
      script: |
        trap 'echo server ends; exit 0' TERM
        echo ready > /pipe/ready
        while :; do sleep 0.05; done
  steps:
    - name: ask
      script: |
        while [ ! -e /pipe/ready ]; do sleep 0.02; done
        echo asked
`;
  const { baton, left } = folder({ "task.yaml": text });
  const ended = await baton("run", "task.yaml");
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain("[ask] asked\n");
  expect(ended.stdout).toContain("[sidecar-server] server ends\n");
  expect(left()).toEqual([]);
});

test("ConfigMaps and Secrets are volumes and variables", async () => {
  const text = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue, size: big}
---
apiVersion: v1
kind: Secret
metadata: {name: token}
stringData: {key: hush}
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: demo}
spec:
  results: [{name: seen}]
  volumes: [{name: settings, configMap: {name: settings}}]
  steps:
    - name: look
      envFrom: [{prefix: S_, configMapRef: {name: settings}}]
      env:
        - {name: KEY, valueFrom: {secretKeyRef: {name: token, key: key}}}
        - {name: RUN, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: BOTH, value: "$(KEY)-$(S_colour)"}
      volumeMounts: [{name: settings, mountPath: /etc/settings, readOnly: true}]
      script: |
        printf "$BOTH $RUN $(cat /etc/settings/size)" > $(results.seen.path)
        ! touch /etc/settings/x
`;
  expect((await run(text)).tasks[0]?.results).toEqual([{ name: "seen", value: "hush-blue demo big" }]);
  const { baton } = folder({ "run.yaml": text });
  const planned = (await baton("plan", "run.yaml", "-o", "json")).stdout;
  expect(planned).toContain(Buffer.from("blue").toString("base64"));
  expect(planned).not.toContain(Buffer.from("hush").toString("base64"));
});

test("a matrix that results decide is planned when they are known, as one run", async () => {
  const list = task(
    "list",
    'printf \'["a","b"]\' > $(results.out.path); echo kept > $(workspaces.data.path)/kept',
    "workspaces: [{name: data}]",
  ).replace("results: [{name: out}]", "workspaces: [{name: data}]\n    results: [{name: out, type: array}]");
  const each = task(
    "each",
    "printf '%s' \"$(params.item) $(cat $(workspaces.data.path)/kept)\" > $(results.out.path)",
    "workspaces: [{name: data}]",
  ).replace(
    "  taskSpec:",
    "  matrix: {params: [{name: item, value: '$(tasks.list.results.out[*])'}]}\n  taskSpec:\n    params: [{name: item}]\n    workspaces: [{name: data}]",
  );
  const text = pipelineOf(
    list + each,
    'workspaces: [{name: data}]\nresults: [{name: all, value: "$(tasks.each.results.out[*])"}]',
  );
  const { record, left } = folder({ "run.yaml": text });
  const done = await record("run.yaml", "-w", "name=data,emptyDir=");
  expect(states(done)).toEqual({ list: "succeeded", "each-0": "succeeded", "each-1": "succeeded" });
  expect(done.steps.map(({ state }) => state)).toEqual(["succeeded", "succeeded", "succeeded"]);
  expect(done.tasks.flatMap(({ results }) => results.map(({ value }) => value)).slice(1)).toEqual([
    "a kept",
    "b kept",
  ]);
  expect(left()).toEqual([]);
});
