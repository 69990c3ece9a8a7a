// The cache as users have it: the second run takes what the first has left, and says so wherever it says how it went.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Folder, folder } from "./_baton.ts";

const TASK = `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: build}
spec:
  params: [{name: text, default: hello}]
  workspaces: [{name: data}]
  cache: true
  steps:
    - name: make
      script: |
        mkdir -p $(workspaces.data.path)/site
        echo "$(params.text)" > $(workspaces.data.path)/site/index.html
        chmod 600 $(workspaces.data.path)/site/index.html
      artifacts: {outputs: [{name: site, path: $(workspaces.data.path)/site, buildOutput: true}]}
    - name: count
      script: wc -c < $(inputs.site.path)/index.html | tr -d ' \\n' > $(step.results.bytes.path)
      results: [{name: bytes}]
      artifacts: {inputs: [{name: site, from: $(steps.make.outputs.site)}]}
`;

const hits = async ({ record }: Folder, ...words: readonly string[]) => {
  const told = await record("task.yaml", "-w", "name=data,emptyDir=", "--no-record", ...words);
  expect(told.state).toBe("succeeded");
  return {
    told,
    hits: told.steps.map(({ cache }) => cache?.hit),
    from: told.steps.map(({ cache }) => cache?.from),
  };
};

test("what one run has left the next one takes; what depends on a changed param runs again", async () => {
  const here = folder({ "task.yaml": TASK });
  const first = await hits(here, "--cache", "store");
  expect(first.hits).toEqual([false, false]);
  const second = await hits(here, "--cache", "store", "--provenance", "made.json");
  expect(second.hits).toEqual([true, true]);
  expect(second.from).toEqual([first.told.id, first.told.id]);
  expect(second.told.message).toBe("0 steps ran, 2 from the cache");
  expect(second.told.artifacts.map(({ digest }) => digest)).toEqual(
    first.told.artifacts.map(({ digest }) => digest),
  );
  expect(existsSync(join(here.path, "made.json"))).toBe(true);
  expect((await hits(here, "--cache", "store", "-p", "text=other")).hits).toEqual([false, false]);
  expect((await hits(here, "--no-cache")).hits).toEqual([undefined, undefined]);
});

test("the folder is looked after: it can be listed, verified, and made small", async () => {
  const here = folder({ "task.yaml": TASK });
  await hits(here, "--cache", "store");
  const listed = JSON.parse((await here.baton("cache", "ls", "--cache", "store", "-o", "json")).stdout);
  expect(listed.map(({ outputs }: { readonly outputs: readonly string[] }) => outputs)).toEqual(
    expect.arrayContaining([["site"], []]),
  );
  expect(await here.baton("cache", "verify", "--cache", "store")).toMatchObject({ code: 0 });
  await hits(here, "--cache", "store", "--cache-size", "0");
  expect(
    readdirSync(join(here.path, "store/ac"), { recursive: true }).filter((one) => String(one).length > 40),
  ).toEqual([]);
});
