// baton validate and baton schema, as a user calls them.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeRepository } from "../references/resolvers/_repository.ts";
import { call as calledWith } from "./_terminal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-validate-"));
});
afterAll(() => rm(folder, { recursive: true }));

const call = (...words: string[]) =>
  calledWith(words, { environment: { XDG_CACHE_HOME: join(folder, "cache") } });

const TASK = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec: {steps: [{image: alpine}]}\n";

test("0 and what was looked at for what is right, 2 and the reasons for what is not", async () => {
  const [good, bad] = [join(folder, "good.yaml"), join(folder, "bad.yaml")];
  await writeFile(good, TASK);
  await writeFile(bad, TASK.replace("image", "imgae"));
  expect(await call("validate", good)).toEqual({ code: 0, out: "", err: 'nothing is wrong with Task "t"\n' });
  const text = await call("validate", bad);
  expect(text).toMatchObject({ code: 2, out: "" });
  expect(text.err).toContain('did you mean "image"?');
  const json = await call("validate", bad, "-o", "json");
  expect(JSON.parse(json.out)).toMatchObject([{ code: "unknown-field", place: { line: 4 } }]);
  expect(await call("validate", join(folder, "none.yaml"))).toMatchObject({ code: 2 });
});

test("references are followed, and pinned in the lock file that is asked for", async () => {
  const repository = await makeRepository();
  await repository.commit({ "t.yaml": TASK });
  const [file, lock] = [join(folder, "run.yaml"), join(folder, "baton.lock")];
  const params = JSON.stringify([
    { name: "url", value: repository.folder },
    { name: "pathInRepo", value: "t.yaml" },
  ]);
  await writeFile(
    file,
    `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: r}\nspec: {taskRef: {resolver: git, params: ${params}}}\n`,
  );
  expect((await call("validate", file, "--lock", lock, "--locked")).err).toContain("not-locked");
  expect(await call("validate", file, "--lock", lock)).toMatchObject({ code: 0 });
  expect(await readFile(lock, "utf8")).toContain("commit:");
  await rm(repository.folder, { recursive: true });
  expect(await call("validate", file, "--lock", lock, "--locked")).toMatchObject({ code: 0, out: "" });
});

test("the schema is printed as JSON", async () => {
  expect(JSON.parse((await call("schema")).out)).toMatchObject({ type: "object" });
});

const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  params: [{name: task}, {name: list, type: array, default: [a]}]
  tasks: [{name: a, taskRef: {name: $(params.task)}, params: [{name: x, value: "$(params.list[1])"}]}]
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: t}
spec: {params: [{name: x}], steps: [{image: alpine}]}
`;

test("what hangs on values is no mistake, until they are given", async () => {
  const file = join(folder, "pipeline.yaml");
  await writeFile(file, PIPELINE);
  expect(await call("validate", file)).toEqual({
    code: 0,
    out: "",
    err: 'nothing is wrong with Pipeline "p", Task "t"\n',
  });
  expect((await call("validate", file, "-p", "task=none")).err).toContain('there is no Task "none"');
  expect((await call("validate", file, "-p", "task=t")).err).toContain("the list has 1 item");
  expect((await call("validate", file, "-p", "task=t", "-p", "list=a,b")).code).toBe(0);
});

test("one wrong type or field hides nothing else", async () => {
  const file = join(folder, "several.yaml");
  const spec =
    '{tasks: [{name: a, retry: 1, runAfter: b, taskSpec: {steps: [{image: i}]}}, {name: c, taskRef: {name: gone}}], results: [{name: x, value: "$(tasks.a.results.y)"}]}';
  await writeFile(file, `apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: p}\nspec: ${spec}\n`);
  const { err } = await call("validate", file);
  expect([...err.matchAll(/error\[([a-z-]+)\]/g)].map(([, code]) => code).toSorted()).toEqual([
    ...["unknown-field", "unknown-ref", "unknown-reference", "wrong-type"],
  ]);
});

test.each([["plan"], ["compile", "--to", "kubernetes"], ["graph"]])(
  "warnings are told by %s",
  async (...verb) => {
    const file = join(folder, "warned.yaml");
    await writeFile(file, `${TASK}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n`);
    expect((await call(...verb, file)).err).toContain("warning[ignored-document]");
  },
);
