// Whole runs, from YAML to results, through the built CLI, on both builds of the entrypoint.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, ROOT, taskOf } from "./_baton.ts";

const GREETING = `apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: hello
spec:
  params:
    - name: who
    - name: words
      type: array
      default: [a, b]
  workspaces:
    - name: source
  results:
    - name: greeting
    - name: words
      type: array
  steps:
    - name: greet
      script: |
        printf 'hello %s' "$(params.who)" > /workspace/source/text
    - name: tell
      image: alpine
      command: [sh, -c, 'cat /workspace/source/text > $(results.greeting.path); printf "[\\"%s\\"]" "$1" > $(results.words.path)', sh]
      args: ["$(params.words[*])"]
`;

describe.each([
  ["native", "entrypoint"],
  ["node", "entrypoint.mjs"],
])("on the %s entrypoint", (_name, file) => {
  const environment = { BATON_ENTRYPOINT: join(ROOT, "dist", file) };

  test("a Task with params, a workspace, scripts and results", async () => {
    const { baton, left } = folder({ "task.yaml": GREETING }, environment);
    const ended = await baton(
      "run",
      "task.yaml",
      "-p",
      "who=you",
      "-p",
      "words=x,y",
      "-w",
      "name=source,emptyDir=",
    );
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toMatch(/^hello succeeded in .*: 2 steps ran$/m);
    expect(ended.stdout).toMatch(/^ {2}greeting {2}hello you$/m);
    expect(ended.stdout).toMatch(/^ {2}words {5}\["x"\]$/m);
    expect(left()).toEqual([]);
  });

  test("the exit code is that of the step that failed, and later steps do not run", async () => {
    const task = taskOf({ one: "echo first", two: "exit 7", three: "echo never" });
    const { baton, left } = folder({ "task.yaml": task }, environment);
    const ended = await baton("run", "task.yaml");
    expect(ended.code).toBe(7);
    expect(ended.stdout).toContain("[one] first\n");
    expect(ended.stdout).not.toContain("never");
    expect(ended.stdout).toMatch(/^demo failed in .*: step-two failed: exit code 7$/m);
    expect(left()).toEqual([]);
  });

  test("a chain of steps hands over data, in order", async () => {
    const names = Array.from({ length: 12 }, (_, at) => `s${at}`);
    const scripts = Object.fromEntries(names.map((name) => [name, `echo ${name} >> /workspace/log`]));
    const task = taskOf(
      { ...scripts, last: "cat /workspace/log > $(results.log.path)" },
      "results: [{name: log}]",
    );
    const { record } = folder({ "task.yaml": task }, environment);
    expect((await record("task.yaml")).results).toEqual([{ name: "log", value: `${names.join("\n")}\n` }]);
  });
});

test("with -o json standard output is the record, and nothing else", async () => {
  const { baton } = folder({ "task.yaml": taskOf({ talk: "echo out; echo err >&2", fail: "exit 3" }) });
  const ended = await baton("run", "task.yaml", "-o", "json");
  const record = JSON.parse(ended.stdout);
  expect(ended.code).toBe(3);
  expect(record).toMatchObject({
    apiVersion: "baton.run/v1alpha1",
    kind: "RunRecord",
    name: "demo",
    backend: "local",
    state: "failed",
    exitCode: 3,
    tasks: [{ name: "demo", state: "failed", steps: ["step-talk", "step-fail"] }],
    steps: [
      { step: "step-talk", state: "succeeded", exitCode: 0 },
      { step: "step-fail", state: "failed", by: "command", exitCode: 3 },
    ],
  });
  expect(ended.stderr).toContain("[talk] out\n");
  expect(ended.stderr).toContain("[talk] err\n");
});

test("a step of a matrix is called by its values: while it runs, at the end, in what is kept", async () => {
  const { baton } = folder({
    "grid.yaml": `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: grid}
spec:
  tasks:
    - name: train
      matrix: {params: [{name: lr, value: ["0.01", "0.1"]}]}
      taskSpec:
        params: [{name: lr}]
        results: [{name: loss}]
        steps: [{name: fit, script: 'echo at $(params.lr); printf 0.5 > $(results.loss.path)'}]
`,
  });
  const { stdout, code } = await baton("run", "grid.yaml", "-v");
  expect(code).toBe(0);
  expect(stdout).toContain("[train[lr=0.01]-fit] at 0.01\n");
  expect(stdout).toContain("\n  train[lr=0.1]-fit   succeeded");
  expect(stdout.split("started in")[0]).not.toContain("train-0");
  expect(stdout).toMatch(/^ {2}train\[lr=0.01\]-fit {2}\/.*$/m);
  expect(stdout).toMatch(/^ {2}train\[lr=0.1\] {3}loss {4}3 B$/m);
  expect((await baton("logs")).stdout).toContain("[train[lr=0.1]-fit] at 0.1\n");
  expect((await baton("logs", "grid", "train[lr=0.1]-fit")).stdout).toBe("at 0.1\n");
  expect((await baton("logs", "grid", "train-1-fit")).stdout).toBe("at 0.1\n");
  const { steps, tasks } = JSON.parse((await baton("show", "-o", "json")).stdout);
  expect([steps[0].step, steps[0].label]).toEqual(["step-train-0-fit", "train[lr=0.01]-fit"]);
  expect([tasks[0].name, tasks[0].label]).toEqual(["train-0", "train[lr=0.01]"]);
});

test("output is told by line and by step, without loss: long lines, a partial last one, a flood", async () => {
  const flood = "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done";
  const task = taskOf({
    flood,
    long: "head -c 300000 /dev/zero | tr '\\0' x; echo",
    partial: "printf 'no newline'",
  });
  const { baton } = folder({ "task.yaml": task });
  const { stdout } = await baton("run", "task.yaml");
  const lines = stdout.split("\n").filter((line) => line.startsWith("[flood] line"));
  expect(lines).toEqual(Array.from({ length: 20_000 }, (_, at) => `[flood] line ${at}`));
  expect(stdout).toContain(`[long] ${"x".repeat(300_000)}\n`);
  expect(stdout).toContain("[partial] no newline\n");
});

test("results of any size and content arrive whole", async () => {
  const script =
    "head -c 200000 /dev/zero | tr '\\0' y > $(results.big.path); printf 'a\\nb\\n' > $(results.lines.path)";
  const task = taskOf({ make: script }, "results: [{name: big}, {name: lines}]");
  const { record } = folder({ "task.yaml": task });
  const { results } = await record("task.yaml");
  expect(results).toEqual([
    { name: "big", value: "y".repeat(200_000) },
    { name: "lines", value: "a\nb\n" },
  ]);
});

test("standard input is a file named -", async () => {
  const { start } = folder();
  const ended = await start(["run", "-"], { input: taskOf({ only: "echo from stdin" }) }).ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain("[only] from stdin\n");
});

test("a folder of the user's is read and written in place", async () => {
  const task = taskOf(
    { copy: "cp /workspace/source/in /workspace/source/out" },
    "workspaces: [{name: source}]",
  );
  const { path, baton } = folder({ "task.yaml": task, "data/in": "kept" });
  const ended = await baton("run", "task.yaml", "-w", "name=source,path=data");
  expect(ended).toMatchObject({ code: 0 });
  expect(readFileSync(join(path, "data/out"), "utf8")).toBe("kept");
});

test("a run with --keep leaves its directory, and says where", async () => {
  const { baton, left, scratch } = folder({ "task.yaml": taskOf({ only: "true" }) });
  const { stderr } = await baton("run", "task.yaml", "--keep");
  const [kept] = left();
  expect(stderr).toBe(`kept: ${join(scratch, kept ?? "")}\n`);
});

test("a claim is kept between runs", async () => {
  const script = "echo x >> $(workspaces.cache.path)/runs; wc -l < $(workspaces.cache.path)/runs";
  const files = { "task.yaml": taskOf({ only: script }, "workspaces: [{name: cache}]") };
  const { path, start } = folder(files);
  const words = ["run", "task.yaml", "-w", "name=cache,claimName=../mine,subPath=deep"];
  const run = () => start(words, { environment: { XDG_DATA_HOME: join(path, "data") } }).ended;
  expect((await run()).stdout).toContain("[only] 1\n");
  expect((await run()).stdout).toContain("[only] 2\n");
  expect(readFileSync(join(path, "data/baton/claims/mine/deep/runs"), "utf8")).toBe("x\nx\n");
});
