// What a user lets the steps of a local run have: variables and the home directory, said on the screen.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, taskOf } from "./_baton.ts";

const SAY = taskOf({ say: 'echo "<$A> <$B> <$SECRET>"' });

test("--env and --env-file reach the steps, and only their names are told", async () => {
  const { baton } = folder({ "task.yaml": SAY, "x.env": "A=file\nB=both\n" }, { SECRET: "s3cret" });
  expect((await baton("run", "task.yaml")).stdout).toContain("[say] <> <> <>\n");
  const words = ["--env-file", "x.env", "--env", "A=flag", "--env", "SECRET"];
  const { code, stdout } = await baton("run", "task.yaml", ...words);
  expect([code, stdout]).toEqual([0, expect.stringContaining("[say] <flag> <both> <s3cret>\n")]);
  expect(stdout).toContain("the steps have A, B, SECRET from the command line");
  expect(stdout.split("s3cret")).toHaveLength(2);
});

test.each(["namespaces", "none"])("--home gives the steps the user's home (%s)", async (sandbox) => {
  const write = taskOf({ write: 'cat "$HOME/mine"; echo made > "$HOME/made"' });
  const { path, baton } = folder({ "task.yaml": write }, { BATON_SANDBOX: sandbox, HOME: "" });
  const home = join(path, "home");
  mkdirSync(home);
  writeFileSync(join(home, "mine"), "of the user\n");
  const without = folder({ "task.yaml": write }, { BATON_SANDBOX: sandbox, HOME: home });
  expect((await without.baton("run", "task.yaml", "--no-record")).code).not.toBe(0);
  const given = folder({ "task.yaml": write }, { BATON_SANDBOX: sandbox, HOME: home });
  const { code, stdout } = await given.baton("run", "task.yaml", "--home", "--no-record");
  expect([code, stdout]).toEqual([0, expect.stringContaining("[write] of the user\n")]);
  expect(stdout).toContain(`--home: the steps read and write ${home}`);
  expect(readFileSync(join(home, "made"), "utf8")).toBe("made\n");
  expect((await baton("run", "task.yaml", "--on", "podman", "--home")).stderr).toContain("error[bad-flag]");
});

test("where a program is missing, the last words name the image as a cure", async () => {
  const { baton } = folder({ "task.yaml": taskOf({ build: "no-such-compiler x" }) });
  const { stdout } = await baton("run", "task.yaml");
  expect(stdout).toMatch(/cure: install no-such-compiler, or run it in its image: --on podman\n/);
});

test("who is made to wait by a shared workspace is told", async () => {
  const task = (name: string) =>
    `    - {name: ${name}, workspaces: [{name: data}], taskSpec: {workspaces: [{name: data}], steps: [{name: s, script: 'true'}]}}\n`;
  const text = `apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: p}\nspec:\n  workspaces: [{name: data}]\n  tasks:\n`;
  const { baton } = folder({ "p.yaml": `${text}${task("one")}${task("two")}` });
  const { code, stdout } = await baton("run", "p.yaml", "-w", "name=data,emptyDir=");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^note: two runs after one: both use the data/m)]);
});
