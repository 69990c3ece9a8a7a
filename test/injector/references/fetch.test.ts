// Remote references for real: a repository made on the spot, a web server, an image layout. And what the lock does.

import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { check } from "../../../injector/check/check.ts";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { load } from "../../../injector/documents/load.ts";
import { type FetchOptions, fetchRefs } from "../../../injector/references/fetch.ts";
import { parseLock, printLock } from "../../../injector/references/lock.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";
import { makeBundle, makeRepository, type Repository, writeLayout } from "./resolvers/_repository.ts";

const task = (name: string, image = "alpine", extra = "") => `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: ${name}}
spec:
  steps: [{name: s, image: ${image}${extra}}]
`;
const run = (resolver: string, params: Readonly<Record<string, string>>) => `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: run}
spec:
  taskRef:
    resolver: ${resolver}
    params: ${JSON.stringify(Object.entries(params).map(([name, value]) => ({ name, value })))}
`;
const loaded = (text: string) => load([{ path: "run.yaml", text }]);
const fetched = (text: string, options?: FetchOptions) => fetchRefs(loaded(text), options);
const imageOf = async (text: string, options?: FetchOptions) => {
  const step = resolve((await fetched(text, options)).loaded).tasks[0]?.spec.steps[0];
  return step?.kind === "step" ? { ...step.action?.fields, ...step.step }.image : undefined;
};
const codes = async (text: string, options?: FetchOptions): Promise<readonly string[]> => {
  try {
    await fetched(text, options);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
};

let repository: Repository;
let first: string;
beforeEach(async () => {
  repository = await makeRepository();
  first = await repository.commit({ "tasks/a.yaml": task("a", "one") });
});

describe("git", () => {
  test("by branch, by commit, and a commit that is no longer the tip", async () => {
    const gitRun = (revision: string) =>
      run("git", { url: repository.folder, revision, pathInRepo: "tasks/a.yaml" });
    expect(await imageOf(gitRun("main"))).toBe("one");
    await repository.commit({ "tasks/a.yaml": task("a", "two") });
    expect(await imageOf(gitRun("main"))).toBe("two");
    expect(await imageOf(gitRun(first))).toBe("one");
    const { sources } = resolve((await fetched(gitRun(first))).loaded);
    const uri = `git+file://${repository.folder}`;
    expect(sources[1]).toMatchObject({
      uri: `${uri}@${first}#tasks/a.yaml`,
      origin: { uri, digest: { gitCommit: first } },
    });
  });

  test("the lock pins the commit: a branch that moved means what it meant", async () => {
    const text = run("git", { url: repository.folder, revision: "main", pathInRepo: "tasks/b.yaml" });
    const commit = await repository.commit({ "tasks/b.yaml": task("b", "old") });
    const { lock } = await fetched(text);
    expect([...lock.values()]).toMatchObject([{ resolver: "git", pin: { commit } }]);
    await repository.commit({ "tasks/b.yaml": task("b", "new") });
    expect(await imageOf(text, { lock: parseLock(printLock(lock), "baton.lock"), locked: true })).toBe("old");
    expect(await imageOf(text, { lock, update: true })).toBe("new");
    expect(await imageOf(text)).toBe("new");
  });

  test.each([
    [
      "a revision that git would take for an option",
      { revision: "--upload-pack=touch /tmp/x", pathInRepo: "a" },
    ],
    ["a transport that runs commands", { url: "ext::sh -c true", pathInRepo: "a" }],
    ["a file that is not there", { pathInRepo: "none.yaml" }],
    ["a branch that is not there", { revision: "none", pathInRepo: "tasks/a.yaml" }],
    ["a repository that is not there", { url: "/nowhere", pathInRepo: "a" }],
  ])("%s is refused in words", async (_case, params) => {
    expect(await codes(run("git", { url: repository.folder, ...params }))).toEqual(["fetch-failed"]);
  });

  test("what a fetched Task refers to is fetched too", async () => {
    await repository.commit({
      "actions/greet.yaml": `apiVersion: tekton.dev/v1beta1
kind: StepAction
metadata: {name: greet}
spec: {image: deep}
`,
      "tasks/outer.yaml": `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: outer}
spec:
  steps:
    - name: s
      ref: {resolver: git, params: [{name: url, value: ${repository.folder}}, {name: pathInRepo, value: actions/greet.yaml}]}
`,
    });
    expect(await imageOf(run("git", { url: repository.folder, pathInRepo: "tasks/outer.yaml" }))).toBe(
      "deep",
    );
  });
});

test("params of what is run may stand in references, of a fetched Pipeline, too", async () => {
  await repository.commit({
    "pipeline.yaml": `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  params: [{name: repo}, {name: name, default: a}]
  tasks:
    - name: t
      taskRef:
        resolver: git
        params: [{name: url, value: $(params.repo)}, {name: pathInRepo, value: tasks/$(params.name).yaml}, {name: revision, value: ${first}}]
`,
  });
  const text = run("git", { url: repository.folder, pathInRepo: "pipeline.yaml" })
    .replace("TaskRun", "PipelineRun")
    .replace("taskRef", "pipelineRef")
    .concat(`  params: [{name: repo, value: ${repository.folder}}]\n`);
  expect(await imageOf(text)).toBe("one");
  const params = [{ name: "name", text: "other" }];
  expect(await codes(text, { run: { params } })).toEqual(["fetch-failed"]);
});

describe("http", () => {
  let server: Server;
  let origin: string;
  let body = task("web", "served");
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.statusCode = request.url === "/task.yaml" ? 200 : 404;
      response.end(body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test("the text behind an address, refused once it is no longer what was pinned", async () => {
    const text = run("http", { url: `${origin}/task.yaml` });
    const { lock } = await fetched(text);
    expect(await imageOf(text, { lock, locked: true })).toBe("served");
    body = task("web", "other");
    expect(await codes(text, { lock })).toEqual(["lock-mismatch"]);
    expect(await imageOf(text, { lock, update: true })).toBe("other");
  });

  test("what is pinned and kept needs no network; what is kept is verified", async () => {
    const text = run("http", { url: `${origin}/task.yaml` });
    const kept = new Map<string, string>();
    const store = {
      get: async (sha256: string) => kept.get(sha256),
      put: async (sha256: string, content: string) => void kept.set(sha256, content),
    };
    body = task("web", "kept");
    const { lock } = await fetched(text, { store });
    body = "gone";
    expect(await imageOf(text, { lock, locked: true, store })).toBe("kept");
    for (const key of kept.keys()) kept.set(key, task("web", "forged"));
    expect(await codes(text, { lock, locked: true, store })).toEqual(["lock-mismatch"]);
  });

  test.each([
    ["nobody is there", "http://127.0.0.1:1/x"],
    ["it is no web address", "file:///etc/passwd"],
  ])("%s", async (_case, url) => {
    expect(await codes(run("http", { url }))).toEqual(["fetch-failed"]);
  });

  test("an answer that is no Task is refused at its own place", async () => {
    body = task("web", "x", ", comand: [y]");
    expect(await codes(run("http", { url: `${origin}/task.yaml` }))).toEqual(["unknown-field"]);
    body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";
    expect(await codes(run("http", { url: `${origin}/task.yaml` }))).toEqual(["fetch-failed"]);
    expect(await codes(run("http", { url: `${origin}/none` }))).toEqual(["fetch-failed"]);
  });
});

describe("bundles", () => {
  const bundle = makeBundle([
    { kind: "pipeline", name: "other", text: "kind: Pipeline" },
    { kind: "task", name: "packed", text: task("packed", "bundled") },
  ]);

  test("a Task out of an image layout, pinned by the manifest's digest", async () => {
    const text = run("bundles", { bundle: `oci:${await writeLayout(bundle)}`, name: "packed", kind: "task" });
    const { lock } = await fetched(text);
    expect([...lock.values()]).toMatchObject([{ pin: { digest: bundle.manifest.digest } }]);
    expect(await imageOf(text, { lock, locked: true })).toBe("bundled");
  });

  test("a blob that is not what its digest says is refused", async () => {
    const folder = await writeLayout(bundle);
    const digest = bundle.blobs.at(-1)?.digest.slice(7) ?? "";
    await writeFile(join(folder, "blobs/sha256", digest), "forged");
    const text = run("bundles", { bundle: `oci:${folder}`, name: "packed" });
    expect(await codes(text)).toEqual(["fetch-failed"]);
  });

  test("a bundle without it says what it holds", async () => {
    const text = run("bundles", { bundle: `oci:${await writeLayout(bundle)}`, name: "pcked" });
    await expect(fetched(text)).rejects.toMatchObject({
      diagnostics: [{ code: "fetch-failed", cure: "it holds pipeline/other, task/packed" }],
    });
  });
});

describe("before anything is fetched", () => {
  test.each([
    ["a param is missing", { url: "x" }],
    ["a param is unknown", { url: "x", pathInRepo: "y", token: "z" }],
  ])("%s", async (_case, params) => {
    expect(await codes(run("git", params))).toEqual(["resolver-param"]);
  });

  test.each([
    ["params.x", ["unknown-reference", "resolver-param"], ["unknown-reference"]],
    ["params.known", ["resolver-param"], []],
  ])("$(%s) is nothing to fetch, and wrong in a run alone", async (name, inRun, open) => {
    const text = run("git", { url: `$(${name})`, pathInRepo: "y" }).replace(
      "spec:",
      "spec:\n  params: [{name: known, value: a}]",
    );
    const { loaded: same } = await fetched(text);
    expect(
      check(same)
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(inRun.toSorted());
    expect(check(same, { open: true }).map(({ code }) => code)).toEqual(open);
  });

  test("--locked refuses what is not pinned", async () => {
    const text = run("git", { url: repository.folder, pathInRepo: "tasks/a.yaml" });
    expect(await codes(text, { locked: true })).toEqual(["not-locked"]);
  });

  test("what nobody refers to is not fetched", async () => {
    const unused = { path: "l.yaml", text: run("http", { url: "http://127.0.0.1:1/x" }), library: true };
    const own = { path: "t.yaml", text: task("own") };
    expect((await fetchRefs(load([own, unused]))).lock.size).toBe(0);
  });

  test("resolvers that need a cluster are left to check", async () => {
    expect(await codes(run("cluster", { name: "x" }))).toEqual([]);
    expect(() => resolve(loaded(run("cluster", { name: "x" })))).toThrow("asks the API of a cluster");
  });
});

test.each(["", "references: []", "version: 2\nreferences: []", "[", "version: 1\nreferences: [{}]"])(
  "a lock file such as %j is refused",
  (text) => {
    expect(() => parseLock(text, "baton.lock")).toThrow(UserError);
  },
);
