// Bad input: each mistake has a code, a place where there is one, and a cure; nothing is run and the exit code is 2.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, taskOf } from "./_baton.ts";

const GOOD = taskOf({ only: "echo ran" }, "params: [{name: who}, {name: list, type: array, default: [a]}]");

const REMOTE = `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: remote}
spec:
  taskRef:
    resolver: git
    params: [{name: url, value: .}, {name: pathInRepo, value: task.yaml}]
`;

/** What it is, the file, the words after `run task.yaml`, and what standard error must have. */
const MISTAKES: readonly (readonly [string, string, readonly string[], readonly (string | RegExp)[]])[] = [
  ["malformed YAML", "kind: Task\nspec: [a\nmore: b\n", [], [/task\.yaml:\d+:\d+/, "^", "cure:"]],
  [
    "an unknown field",
    GOOD.replace("script:", "scirpt:"),
    ["-p", "who=x"],
    ["error[unknown-field]", "task.yaml:8:7", "8 |       scirpt: |", "^^^^^^", 'did you mean "script"?'],
  ],
  ["a missing param", GOOD, [], ["who", "cure:", "-p who="]],
  ["an unknown param", GOOD, ["-p", "who=x", "-p", "whoo=y"], ["whoo", 'did you mean "who"']],
  [
    "a wrong type",
    GOOD.replace("- name: only", "- name: [only]"),
    ["-p", "who=x"],
    ["task.yaml:7:", "^", "cure:"],
  ],
  ["no steps", taskOf({}).replace("steps:", "steps: []"), [], ["error[", "task.yaml:5:", "steps", "cure:"]],
  ["a param without a value", GOOD, ["-p", "who"], ["error[bad-flag]", "-p who", "cure:"]],
  ["a workspace flag that says nothing", GOOD, ["-p", "who=x", "-w", "name=a"], ["error[bad-flag]", "cure:"]],
  [
    "an unbound workspace",
    taskOf({ only: "true" }, "workspaces: [{name: source}]"),
    [],
    ["error[unbound-workspace]", "task.yaml:5:", "-w name=source,emptyDir="],
  ],
  [
    "a folder that is not there",
    taskOf({ only: "true" }, "workspaces: [{name: source}]"),
    ["-w", "name=source,path=no/such"],
    ["error[folder-not-found]", "no/such does not exist", "cure: mkdir -p"],
  ],
  [
    "a step that needs its image's own command",
    taskOf({ only: "true" }).replace(/script: \|\n.*\n/, "image: nginx\n"),
    [],
    ["error[no-command]", "step-only", "cure: give the step a command or a script"],
  ],
  [
    "a volume that only a cluster has",
    taskOf({ only: "true" }, "volumes: [{name: disk, csi: {driver: x}}]").replace(
      "script",
      "volumeMounts: [{name: disk, mountPath: /disk}]\n      script",
    ),
    [],
    ["error[volume-not-local]", '"disk" is a csi', "cure:"],
  ],
  [
    "a volume that nobody has",
    taskOf({ only: "true" }).replace(
      "script",
      "volumeMounts: [{name: disk, mountPath: /disk}]\n      script",
    ),
    [],
    ["error[unknown-volume]", 'step-only mounts the volume "disk" at /disk', "cure: declare it"],
  ],
  [
    "a Secret that was not given",
    taskOf({ only: "true" }).replace(
      "script",
      "env: [{name: T, valueFrom: {secretKeyRef: {name: token, key: t}}}]\n      script",
    ),
    [],
    ["error[data-not-given]", 'the Secret "token"', "cure: add a file with that Secret"],
  ],
];

test.each(MISTAKES)("%s", async (_what, text, words, expected) => {
  const { baton, left } = folder({ "task.yaml": text });
  const ended = await baton("run", "task.yaml", ...words);
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  for (const one of expected) {
    if (typeof one === "string") expect(ended.stderr).toContain(one);
    else expect(ended.stderr).toMatch(one);
  }
  expect(left()).toEqual([]);
});

test.each([
  ["an unknown verb", ["rum"], "Did you mean run?"],
  ["an unknown option", ["run", "x.yaml", "--kepp"], "Did you mean --keep?"],
  ["no file", ["run"], "no file was given, and there is no baton.yaml, .tekton/ or compose.yaml here"],
  ["a file that is not there", ["run", "x.yaml"], "there is no file x.yaml"],
  ["an unknown backend", ["run", "x.yaml", "--on", "mars"], "Allowed choices are"],
])("%s on the command line", async (_what, words, message) => {
  const { baton } = folder();
  const ended = await baton(...words);
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr).toContain(message);
});

test("a file that cannot be written is a mistake in words", async () => {
  const { baton } = folder({ "task.yaml": GOOD.replace("script:", "image: sh\n      script:") });
  const ended = await baton("compile", "task.yaml", "-p", "who=x", "--to", "compose", "-o", "no/such/file");
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr).toContain("error[file-unwritable]: cannot write no/such/file");
});

test.each([
  ["whose reader has gone ends quietly", 'exec 3>&1; ("$@"; echo $? >&3) | true', "", "141\n"],
  ["of a full disk is told", '"$@" >/dev/full; echo $?', "error: cannot write to standard output", "1\n"],
])("standard output %s", async (_what, script, said, stdout) => {
  const ended = await folder().start(["schema"], { wrap: ["sh", "-c", script, "sh"] }).ended;
  expect(ended).toMatchObject({ code: 0, stdout });
  if (said === "") expect(ended.stderr).toBe("");
  else expect(ended.stderr).toContain(said);
});

test("a run whose output cannot be written ends its steps, and says why", async () => {
  const { start, left } = folder({ "task.yaml": taskOf({ only: "echo one; sleep 1000" }) });
  const wrap = ["sh", "-c", '"$@" >/dev/full', "sh"];
  const ended = await start(["run", "task.yaml"], { wrap }).ended;
  expect(ended.code).toBe(143);
  expect(ended.stderr).toContain("error: cannot write to standard output: ENOSPC");
  expect(left()).toEqual([]);
});

test("all mistakes of a file are told at once", async () => {
  const { baton } = folder({ "task.yaml": GOOD.replace("script:", "scirpt:").replace("params:", "parms:") });
  const { stderr } = await baton("run", "task.yaml");
  expect(stderr).toContain("scirpt");
  expect(stderr).toContain("parms");
  expect(stderr).toMatch(/^2 errors$/m);
});

test("a step without an image is fine here", async () => {
  const { baton } = folder({ "task.yaml": taskOf({ only: "echo fine" }) });
  expect(await baton("run", "task.yaml")).toMatchObject({ code: 0 });
});

test.each([
  ["not found", 127, "[no-such-command]", "CommandNotFound"],
  ["not executable", 126, "[/etc/hostname]", "CommandNotExecutable"],
])("a command that is %s ends with %i", async (_what, code, command, reason) => {
  const task = taskOf({ only: "" }).replace(/script: \|\n +\n/, `command: ${command}\n`);
  const { record, baton } = folder({ "task.yaml": task });
  expect(await record("task.yaml")).toMatchObject({ exitCode: code, steps: [{ state: "failed", reason }] });
  expect((await baton("run", "task.yaml")).code).toBe(code);
});

test("a run directory that cannot be made is named, with a cure", async () => {
  const { start, path } = folder({ "task.yaml": taskOf({ only: "true" }) });
  const environment = { TMPDIR: join(path, "no/such/place") };
  const ended = await start(["run", "task.yaml"], { environment }).ended;
  expect(ended).toMatchObject({ code: 2 });
  expect(ended.stderr).toContain("error[run-directory-unwritable]");
  expect(ended.stderr).toContain("set TMPDIR to a directory you can write to");
});

test.runIf(process.getuid?.() === 0)(
  "scripts on a noexec mount are not executable, and the message says so",
  async () => {
    const { path, start } = folder({ "task.yaml": taskOf({ only: "true" }) });
    const wrap = [
      "unshare",
      "--mount",
      "sh",
      "-ec",
      'mount -t tmpfs -o noexec tmpfs "$0"; exec "$@"',
      join(path, "scratch"),
    ];
    const ended = await start(["run", "task.yaml"], { wrap }).ended;
    expect(ended.code).toBe(126);
    expect(ended.stdout + ended.stderr).toMatch(/noexec/);
  },
);

test("validate says what is wrong, and nothing is run", async () => {
  const { path, baton } = folder({ "good.yaml": GOOD, "bad.yaml": GOOD.replace("steps:", "stepz:") });
  expect(await baton("validate", "good.yaml")).toEqual({
    code: 0,
    signal: null,
    stdout: "",
    stderr: expect.stringMatching(/^nothing is wrong with Task ".+"\n$/),
  });
  const bad = await baton("validate", "bad.yaml");
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain("bad.yaml:6:3");
  writeFileSync(join(path, "empty.yaml"), "");
  expect((await baton("validate", "empty.yaml")).code).toBe(0);
});

test("what git fetches has nowhere to go", async () => {
  const here = folder({ "remote.yaml": REMOTE });
  const { code, stderr } = await here.start(["validate", "remote.yaml"], {
    environment: { TMPDIR: join(here.path, "no/such") },
  }).ended;
  expect(stderr).toMatch(/error\[fetch-failed\].*nowhere to put[\s\S]*cure: set TMPDIR/);
  expect(code).toBe(2);
});

test.each([
  ["an argument", (word: string) => `{command: [sh, -c, "true", "${word}"]}`],
  ["a variable", (word: string) => `{script: "true", env: [{name: E, value: "${word}"}]}`],
])("%s that Linux starts no command with is said of its step, and the run ends", async (_name, stepWith) => {
  const step = stepWith("y".repeat(140_000));
  const text = `apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec: {steps: [${step}]}\n`;
  const { baton, left } = folder({ "task.yaml": text });
  const ended = await baton("run", "task.yaml");
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("error[word-too-large]: step-unnamed-0 has a word or a variable of 14000");
  expect(left()).toEqual([]);
});
