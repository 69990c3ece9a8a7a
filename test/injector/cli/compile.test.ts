// baton compile: what backends declare, as flags.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RENDERERS } from "../../../injector/backends/index.ts";
import { call as calledWith } from "./_terminal.ts";

let folder: string;
let task: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-compile-"));
  task = join(folder, "task.yaml");
  await writeFile(
    task,
    "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec: {steps: [{name: a, image: alpine, command: [x]}]}\n",
  );
});
afterAll(() => rm(folder, { recursive: true }));

const call = (...words: string[]) => calledWith(["compile", ...words]);

test("the help has the flags of every backend, each once and with those who take it", async () => {
  const { out } = await call("--help");
  const help = out.replace(/\s+/g, " ");
  expect(help).toContain("--kind <how> kubernetes: what holds the containers");
  expect(help).toContain("--pod-resources kubernetes, podman, argo: requests on the pod");
  for (const load of Object.values(RENDERERS))
    for (const [name, flag] of Object.entries((await load()).flags)) {
      const word = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `;
      expect(help.split(word).length - 1, word).toBe(flag === "internal" ? 0 : 1);
    }
});

test("a flag reaches its backend", async () => {
  expect(await call(task, "--to", "kubernetes", "--kind", "job")).toMatchObject({
    code: 0,
    out: expect.stringContaining("kind: Job"),
  });
});

test("a flag of another backend is refused, and says whose it is", async () => {
  const { code, err } = await call(task, "--to", "compose", "--kind", "job");
  expect(code).toBe(2);
  expect(err).toContain("--kind means nothing to compose");
  expect(err).toContain("it is for kubernetes");
});
