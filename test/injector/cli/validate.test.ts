// baton validate and baton schema, as a user calls them.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { main } from "../../../injector/cli/main.ts";
import { makeRepository } from "../references/resolvers/_repository.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-validate-"));
  process.env["XDG_CACHE_HOME"] = join(folder, "cache");
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

async function call(...words: string[]) {
  const said = { out: "", err: "" };
  const listen = (stream: "stdout" | "stderr", name: "out" | "err") =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      said[name] += text;
      return true;
    });
  listen("stdout", "out");
  listen("stderr", "err");
  const code = await main(words);
  return { code, ...said };
}

const TASK = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec: {steps: [{image: alpine}]}\n";

test("0 and silence for what is right, 2 and the reasons for what is not", async () => {
  const [good, bad] = [join(folder, "good.yaml"), join(folder, "bad.yaml")];
  await writeFile(good, TASK);
  await writeFile(bad, TASK.replace("image", "imgae"));
  expect(await call("validate", good)).toEqual({ code: 0, out: "", err: "" });
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
  expect(await call("validate", file, "--lock", lock, "--locked")).toMatchObject({ code: 0, err: "" });
});

test("the schema is printed as JSON", async () => {
  expect(JSON.parse((await call("schema")).out)).toMatchObject({ type: "object" });
});
