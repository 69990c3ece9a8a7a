// The YAML of docs/ and the definitions of examples/sdk, run: what the pages say comes out.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { generateYaml } from "../../injector/generate/yaml.ts";
import { load } from "../../injector/load.ts";
import type { RunRecord } from "../../injector/record.ts";
import { type ResolveOptions, resolve } from "../../injector/resolve.ts";
import { runLocal } from "../../injector/run-local.ts";
import { blocksOf, yamlOf } from "../docs/_page.ts";

const root = join(import.meta.dirname, "../..");
const source = { name: "source", emptyDir: {} };

test("a Task in a Task gives the result that its page shows", async () => {
  const { state, results } = await run(yamlOf("task-in-task.md"), {
    target: "publish",
    workspaces: [source],
  });
  expect(state).toBe("succeeded");
  const shown = results.map(({ name, value }) => `${name}  ${value}\n`).join("");
  expect(shown).toBe(blocksOf("task-in-task.md", "text")[0]);
});

test("the Pipeline of fusion.md runs in one place", async () => {
  const { state, tasks } = await run(yamlOf("fusion.md"), { target: "ci", workspaces: [source] });
  expect(state).toBe("succeeded");
  expect(tasks.map(({ state: its }) => its)).toEqual(Array(4).fill("succeeded"));
});

test("the release that is written in TypeScript clones, lints, tests and packs", async () => {
  const dir = await mkdtemp(join(root, "build-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const repository = join(dir, "repository");
  await execa("git", ["init", "--quiet", repository]);
  await writeFile(join(repository, "Makefile"), "lint test:\n\t@echo $@\n");
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  await execa("git", ["add", "Makefile"], { cwd: repository });
  await execa("git", [...author, "commit", "--quiet", "-m", "one"], { cwd: repository });
  const { stdout: commit } = await execa("git", ["rev-parse", "HEAD"], { cwd: repository });

  const record = await run(await generateYaml(join(root, "examples/sdk/release.ts")), {
    target: "release",
    params: [{ name: "repository", text: repository }],
    workspaces: [source, { name: "store", folder: dir }],
  });
  expect(record.state).toBe("succeeded");
  const [first, second] = record.results;
  expect(first).toMatchObject({ name: "commit", value: commit });
  expect(await readdir(dir)).toContain(`${second?.value}.tar`);
});

async function run(text: string, options: ResolveOptions): Promise<RunRecord> {
  for await (const event of runLocal(resolve(load([{ path: "page.yaml", text }]), options))) {
    if (event.type === "runFinished") return event.record;
  }
  throw new Error("the run did not finish");
}
