// The other ways to the same run: the library from a program, and the single executable.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, ROOT, taskOf } from "./_baton.ts";

const TASK = taskOf(
  { only: "printf '%s' \"$(params.who)\" > $(results.who.path)" },
  "params: [{name: who}]\nresults: [{name: who}]",
);

test("a program loads, resolves, plans, renders and runs with the library", () => {
  const program = `
    import { compile, load, plan, resolve, runLocal, UserError } from "baton-run";
    const text = ${JSON.stringify(TASK.replace("- name: only", "- name: only\n      image: busybox"))};
    const loaded = load([{ path: "task.yaml", text }]);
    try {
      resolve(loaded);
    } catch (error) {
      console.log(error instanceof UserError, error.diagnostics[0].code);
    }
    const run = resolve(loaded, { params: [{ name: "who", text: "you" }] });
    const manifest = await compile(plan(run), "kubernetes", { entrypointImage: "entrypoint:1" });
    console.log(/^kind: Pod$/m.test(manifest));
    for await (const event of runLocal(run))
      if (event.type === "runFinished") console.log(JSON.stringify(event.record.results));
  `;
  const { path, scratch, left } = folder({ "program.mjs": program });
  mkdirSync(join(path, "node_modules"));
  symlinkSync(ROOT, join(path, "node_modules/baton-run"));
  const output = execFileSync(process.execPath, ["program.mjs"], {
    cwd: path,
    encoding: "utf8",
    env: { ...process.env, TMPDIR: scratch },
  });
  expect(output).toBe('true missing-param\ntrue\n[{"name":"who","value":"you"}]\n');
  expect(left()).toEqual([]);
});

test("the single executable runs a Task with the entrypoint beside it", () => {
  const { path, scratch } = folder({ "task.yaml": TASK });
  const output = execFileSync(join(ROOT, "dist/baton"), ["run", "task.yaml", "-p", "who=you", "-o", "json"], {
    cwd: path,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], TMPDIR: scratch },
  });
  expect(JSON.parse(output)).toMatchObject({ state: "succeeded", results: [{ name: "who", value: "you" }] });
});
