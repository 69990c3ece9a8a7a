// The npm package as its users get it: packed, unpacked into a project of its own, without any dependency.
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { execa } from "execa";
import { publint } from "publint";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
let project = "";
let tarball = "";
let files: readonly string[] = [];

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "baton-package-"));
  // What `prepack` would build has been built.
  const npm = ["pack", "--json", "--ignore-scripts", "--pack-destination", project];
  const { stdout } = await execa("npm", npm, { cwd: root });
  const [packed] = JSON.parse(stdout);
  tarball = join(project, packed.filename);
  files = packed.files.map(({ path }: { readonly path: string }) => path);
  const installed = join(project, "node_modules/baton-run");
  await mkdir(installed, { recursive: true });
  await execa("tar", ["xzf", tarball, "-C", installed, "--strip-components", "1"]);
});
afterAll(() => rm(project, { recursive: true, force: true }));

test("it holds what users need, and no sources, tests or executables of one machine", () => {
  const needed = ["dist/cli.mjs", "dist/index.mjs", "dist/sdk.mjs", "docs/sdk.md", "LICENSE", "package.json"];
  expect(files).toEqual(expect.arrayContaining(needed));
  expect(files).toContain("dist/types/injector/index.d.ts");
  expect(files).toContainEqual(expect.stringMatching(/^dist\/linux-(amd64|arm64)\/entrypoint$/));
  const known =
    /^(dist\/([\w-]+\.mjs|chunks\/.*\.mjs|types\/.*\.d\.ts|linux-\w+\/entrypoint)|docs\/|examples\/)|^[^/]+$/;
  expect(files.filter((file) => !known.test(file))).toEqual([]);
});

test("publint finds nothing to say", async () => {
  const { messages } = await publint({ pkgDir: join(project, "node_modules/baton-run"), strict: true });
  expect(messages).toEqual([]);
});

test("types and code agree for everyone who imports ES modules", async () => {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(tarball))));
  expect(result.types).toMatchObject({ kind: "included" });
  const problems = "problems" in result ? result.problems : [];
  // CommonJS and resolution from before Node 12 are not served.
  const served = problems.filter((problem) => {
    const by = "resolutionKind" in problem ? problem.resolutionKind : "";
    return by !== "node10" && by !== "node16-cjs";
  });
  expect(served).toEqual([]);
});

test("a project of its own compiles against it strictly, and runs", async () => {
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(project, "main.ts"), PROGRAM);
  await mkdir(join(project, "node_modules/@types"));
  await symlink(join(root, "node_modules/@types/node"), join(project, "node_modules/@types/node"));
  const words = ["--strict", "--module", "nodenext", "--target", "es2023", "--types", "node", "main.ts"];
  await execa(join(root, "node_modules/.bin/tsc"), words, { cwd: project });
  const { stdout } = await execa("node", ["main.js"], { cwd: project });
  expect(stdout.split("\n").at(-1)).toBe("succeeded: hello from a package");
});

const PROGRAM = `
import { check, load, type RunEvent, resolve, runLocal } from "baton-run";
import { defineTask, sh, toYaml } from "baton-run/sdk";

const task = defineTask(
  { name: "greet", params: { who: { default: "a package" } }, results: { text: {} } },
  ({ params, results, step }) => {
    step("greet", { env: { WHO: params.who }, script: sh\`printf 'hello from %s' "$WHO" > \${results.text.path}\` });
  },
);
const loaded = load([{ path: "greet.yaml", text: toYaml(task) }]);
if (check(loaded).length > 0) throw new Error("mistakes");
let last: RunEvent | undefined;
for await (const event of runLocal(resolve(loaded, {}))) last = event;
if (last?.type === "runFinished") {
  const { state, results } = last.record;
  console.log(\`\${state}: \${results.map(({ value }) => value).join()}\`);
}
`;
