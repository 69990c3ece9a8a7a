// The house's rules, executed: who may import whom (ARCHITECTURE.md, "Rooms").
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const sources = ["entrypoint", "injector", "images"]
  .filter((room) => existsSync(join(root, room)))
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(room, file)),
  );
const edges = sources.flatMap((from) => importsOf(from).map((to) => ({ from, to })));

test.each([
  ["the protocol imports only itself", /^entrypoint\/protocol\//, /^entrypoint\/protocol\//],
  [
    "the core imports only the core",
    /^entrypoint\/((artifacts|subcommands|credentials)\/)?[^/]+\.ts$/,
    /^entrypoint\/(protocol\/|(artifacts\/|subcommands\/|credentials\/)?[^/]+\.ts$)|^@marcbachmann\/cel-js$/,
  ],
  ["the entrypoint never imports the injector", /^entrypoint\//, /^(?!injector|images|test|bench)/],
  [
    "the injector knows of the entrypoint only its protocol",
    /^injector\//,
    /^(?!entrypoint\/(?!protocol\/)|test|bench)/,
  ],
  [
    "the SDK knows shapes, and nothing of plans or backends",
    /^injector\/sdk\//,
    /^injector\/(sdk\/.*|(spec|diagnostic|load\/ours)\.ts)$|^yaml$/,
  ],
  [
    "generators know the SDK, and nothing of plans or backends",
    /^injector\/generate\//,
    /^injector\/((sdk|generate)\/.*|(spec|raw|diagnostic)\.ts)$|^entrypoint\/protocol\/|^node:|^esbuild$/,
  ],
  [
    "images know of the entrypoint only its protocol, and nothing of the injector",
    /^images\//,
    /^images\/|^entrypoint\/protocol\/|^node:|^fflate$/,
  ],
  [
    "only what drives an engine makes images",
    /^(?!images\/|injector\/backends\/containers\/)/,
    /^(?!images\/)/,
  ],
  ["only the CLI imports the CLI", /^(?!injector\/(cli|bin)\/)/, /^(?!injector\/cli\/)/],
  ["nobody imports a bin", /./, /^(?!.*\/bin\/)/],
])("%s", (_rule, who, may) => {
  const broken = edges.filter(({ from, to }) => who.test(from) && !may.test(to));
  expect(broken.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test("no source file is longer than 200 lines", () => {
  const native = readdirSync(join(root, "entrypoint/native")).filter((file) => file.endsWith(".c"));
  const files = [...sources, ...native.map((file) => join("entrypoint/native", file))];
  const long = files.filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 200);
  expect(long).toEqual([]);
});

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const names = [...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/gm)];
  return names.map((match) => {
    const name = match[1] ?? match[2] ?? "";
    return name.startsWith(".") ? relative(root, join(root, dirname(file), name)) : name;
  });
}
