// What baton explains of runs that really ended so.
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "./_baton.ts";

const task = (step: string, more = "") =>
  `apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: demo}\nspec:\n${more}  steps:\n    - ${step}\n`;
const script = (text: string, more = "") => task(`{name: build, script: ${JSON.stringify(text)}}`, more);

const ENDINGS: Readonly<Record<string, string>> = {
  "script-crlf": script("#!/bin/sh\r\necho\r\n"),
  "interpreter-not-found": script("#!/nowhere/python\n"),
  "command-not-found": task("{name: build, command: [no-such-program]}"),
  "is-a-directory": task("{name: build, command: [/usr]}"),
  "result-type": script("printf x > $(results.list.path)", "  results: [{name: list, type: array}]\n"),
  "timeout-step": task("{name: build, timeout: 200ms, command: [sleep, '60']}"),
  "killed-by-sigkill": script("kill -9 $$"),
  "said-not-found": script("no-such-program"),
  "exit-code": script("echo 1 test failed; exit 3"),
};

test.each(Object.entries(ENDINGS))("%s", async (ending, text) => {
  const { path, baton } = folder({ "task.yaml": text });
  const kept = ["--record", join(path, "runs")];
  expect((await baton("run", "task.yaml", ...kept)).code).not.toBe(0);
  const { code, stdout } = await baton("explain", "demo", "-o", "json", ...kept);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, [{ step: "step-build", ending }]]);
});

test("of a run that could not begin it says what was wrong, with its cure", async () => {
  const { path, baton } = folder({
    "task.yaml": task("{name: build, envFrom: [{secretRef: {name: hub}}], script: 'true'}"),
  });
  const kept = ["--record", join(path, "runs")];
  expect((await baton("run", "task.yaml", ...kept)).code).toBe(2);
  expect((await baton("runs", ...kept)).stdout).toMatch(/refused\n$/);
  const { stdout } = await baton("explain", ...kept);
  expect(stdout).toMatch(
    /-demo was refused:\n\nerror\[data-not-given\]: .*\n(.*\n)* {2}cure: add a file with that Secret/,
  );
  const json = JSON.parse((await baton("explain", "-o", "json", ...kept)).stdout);
  expect(json).toMatchObject([{ code: "data-not-given" }]);
});

test("of a run that went well it says that nothing failed", async () => {
  const { path, baton } = folder({ "task.yaml": script("true") });
  const kept = ["--record", join(path, "runs")];
  await baton("run", "task.yaml", ...kept);
  expect((await baton("explain", ...kept)).stdout).toMatch(/^demo succeeded in .*\nnothing failed\n$/);
});
