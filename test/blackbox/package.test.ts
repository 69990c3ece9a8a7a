// The npm package as its users get it: packed, unpacked into a project of its own, without any dependency.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
  const needed = [
    ...["dist/cli.mjs", "dist/index.mjs", "dist/sdk.mjs", "dist/embed.mjs", "dist/schema.json"],
    ...["dist/record.schema.json", "dist/events.schema.json"],
    ...["docs/sdk.md", "entrypoint/protocol/README.md", "LICENSE", "package.json"],
  ];
  expect(files).toEqual(expect.arrayContaining(needed));
  expect(files).toContain("dist/types/injector/index.d.ts");
  expect(files).toContainEqual(expect.stringMatching(/^dist\/linux-(amd64|arm64)\/entrypoint$/));
  const known =
    /^(dist\/([\w-]+\.[cm]js|cli\.code|chunks\/.*\.mjs|types\/.*\.d\.ts|linux-\w+\/entrypoint|([a-z]+\.)?schema\.json)|docs\/|examples\/|entrypoint\/protocol\/\w+\.md$|bench\/bare\.c$)|^[^/]+$/;
  expect(files.filter((file) => !known.test(file))).toEqual([]);
});

/** Pages about the sources come along for whoever wants to know where these are. */
const ABOUT_SOURCES = ["ARCHITECTURE.md", "CONTRIBUTING.md"];

test("no link of its pages is dead in it", async () => {
  const installed = join(project, "node_modules/baton-run");
  const pages = files.filter((file) => file.endsWith(".md") && !ABOUT_SOURCES.includes(file));
  const dead: string[] = [];
  for (const page of pages) {
    const text = await readFile(join(installed, page), "utf8");
    for (const [, link = ""] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g))
      if (!/^[a-z]+:/.test(link) && !existsSync(join(installed, dirname(page), link)))
        dead.push(`${page} → ${link}`);
  }
  expect(dead).toEqual([]);
});

test("npx finds the command by the package's own name", async () => {
  const { bin } = JSON.parse(await readFile(join(project, "node_modules/baton-run/package.json"), "utf8"));
  expect(bin).toMatchObject({ baton: "dist/cli.mjs", "baton-run": "dist/cli.mjs" });
});

test("the help that needs no parser is the parser's own", async () => {
  const cli = join(project, "node_modules/baton-run/dist/cli.mjs");
  const [ready, parsed] = await Promise.all([execa(cli, ["--help"]), execa(cli, ["help"])]);
  expect(ready.stdout).toContain("Usage: baton");
  expect(ready.stdout).toBe(parsed.stdout);
});

test("an orchestrator finds the entrypoint in it, its image and its protocol", async () => {
  const program = `
    import { ENTRYPOINT_IMAGE, entrypointPath, PROTOCOL } from "baton-run/entrypoint";
    import { execFileSync } from "node:child_process";
    const { error } = { error: (() => { try { entrypointPath("s390x"); } catch (e) { return e.message; } })() };
    const help = execFileSync(entrypointPath(), ["help"], { encoding: "utf8" });
    console.log(JSON.stringify({ ENTRYPOINT_IMAGE, PROTOCOL, error, help: help.length > 0 }));`;
  const { stdout } = await execa("node", ["--input-type=module", "-e", program], { cwd: project });
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  expect(JSON.parse(stdout)).toEqual({
    ENTRYPOINT_IMAGE: `ghcr.io/baton-run/entrypoint:${version}`,
    PROTOCOL: 1,
    error: "this copy of baton-run has no entrypoint for linux/s390x",
    help: true,
  });
});

test("publint finds nothing to say", async () => {
  const { messages } = await publint({ pkgDir: join(project, "node_modules/baton-run"), strict: true });
  expect(messages).toEqual([]);
});

test("types and code agree for everyone who imports ES modules", async () => {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(tarball))));
  expect(result.types).toMatchObject({ kind: "included" });
  const problems = "problems" in result ? result.problems : [];
  // CommonJS loads it as Node does since 20.19: `require` of a module. The checker does not know that yet.
  const served = problems.filter((problem) => {
    const by = "resolutionKind" in problem ? problem.resolutionKind : "";
    return by !== "node16-cjs";
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
