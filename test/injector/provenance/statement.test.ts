// Statements about runs: their shape by in-toto's and SLSA's rules, and what Tekton Chains' conventions say.
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Statement, statementOf } from "../../../injector/provenance/statement.ts";
import type { ResultValue, RunRecord } from "../../../injector/record/record.ts";
import { aRecord, COMMIT, hex } from "./_record.ts";

const golden = join(import.meta.dirname, "../../golden/provenance/statement.json");

test("one of everything, to the letter", async () => {
  await expect(`${JSON.stringify(statementOf(aRecord()), null, 2)}\n`).toMatchFileSnapshot(golden);
});

const bare: Partial<RunRecord> = {
  images: [],
  steps: [],
  request: { target: "Task/t", params: {}, workspaces: {}, sources: [] },
};

test.each([
  ["everything", aRecord()],
  ["next to nothing", aRecord({ ...bare, artifacts: aRecord().artifacts.slice(1) })],
])("the rules of in-toto and SLSA hold for %s", (_what, record) => {
  const statement = statementOf(record);
  const { buildDefinition, runDetails } = statement.predicate;
  const external = Object.keys(buildDefinition.externalParameters);
  expect(external.filter((name) => name in buildDefinition.internalParameters)).toEqual([]);
  for (const uri of [buildDefinition.buildType, runDetails.builder.id])
    expect(URL.canParse(uri), uri).toBe(true);
  for (const time of [runDetails.metadata.startedOn, runDetails.metadata.finishedOn])
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  for (const subject of statement.subject) expect(Object.keys(subject.digest ?? {})).not.toEqual([]);
  expect(new Set(statement.subject.map(({ name }) => name)).size).toBe(statement.subject.length);
  for (const one of descriptors(statement)) {
    expect([one.uri, one.digest].some((field) => field !== undefined)).toBe(true);
    for (const value of Object.values(one.digest ?? {})) expect(value).toMatch(/^[0-9a-f]{40,}$/);
  }
  expect(empty(statement)).toEqual([]);
});

const descriptors = ({ subject, predicate: { buildDefinition, runDetails } }: Statement) => [
  ...subject,
  ...(buildDefinition.resolvedDependencies ?? []),
  ...(runDetails.builder.builderDependencies ?? []),
  ...(runDetails.byproducts ?? []),
];

/** Paths of what is unset, null or empty; what the user has given is the user's. */
const empty = (value: unknown, path = ""): readonly string[] => {
  if (value === undefined || value === null || value === "") return [path];
  if (typeof value !== "object" || path.endsWith(".workspaces")) return [];
  const entries = Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([key, one]) => empty(one, `${path}.${key}`));
};

test("a statement needs a run that has succeeded, and something that it has built", () => {
  expect(() => statementOf(aRecord({ state: "timedOut" }))).toThrow("ship timed out");
  expect(() => statementOf(aRecord({ artifacts: [] }))).toThrow("ship says of nothing that it is built");
});

test("who is to be trusted is what was said", () => {
  const { builder } = statementOf(aRecord(), { builderId: "https://example.com/ci" }).predicate.runDetails;
  expect(builder.id).toBe("https://example.com/ci");
});

test("what several steps call the same has the step in its name", () => {
  const [, product] = aRecord().artifacts;
  if (product === undefined) throw new Error("no product");
  const other = { ...product, step: "step-other", digest: { sha256: hex("bb") } };
  const { subject } = statementOf(aRecord({ artifacts: [product, other] }));
  expect(subject.map(({ name }) => name)).toEqual(["step-build/product", "step-other/product"]);
});

const ofTask = (results: Readonly<Record<string, ResultValue>>) =>
  statementOf(
    aRecord({
      tasks: [
        {
          name: "build",
          state: "succeeded",
          steps: [],
          results: Object.entries(results).map(([name, value]) => ({ name, value })),
        },
      ],
    }),
  );

test.each<[string, Readonly<Record<string, ResultValue>>, readonly object[]]>([
  [
    "a pair of results",
    { IMAGE_URL: "registry.example/app\n", IMAGE_DIGEST: `sha256:${hex("ab")}\n` },
    [{ name: "registry.example/app", digest: { sha256: hex("ab") } }],
  ],
  [
    "pairs with prefixes",
    { "a-IMAGE_URL": "r/a", "a-IMAGE_DIGEST": `sha256:${hex("0a")}`, "b-IMAGE_URL": "r/b" },
    [{ name: "r/a", digest: { sha256: hex("0a") } }],
  ],
  [
    "a list",
    { IMAGES: `r/a@sha256:${hex("0a")}, r/b:1@sha256:${hex("0b")}\nr/c` },
    [
      { name: "r/a", digest: { sha256: hex("0a") } },
      { name: "r/b:1", digest: { sha256: hex("0b") } },
    ],
  ],
  [
    "an object that is built",
    { "x-ARTIFACT_OUTPUTS": { uri: "pkg:x", digest: `sha256:${hex("0c")}`, isBuildArtifact: "true" } },
    [{ uri: "pkg:x", digest: { sha256: hex("0c") } }],
  ],
  ["a digest cut short", { IMAGE_URL: "r/a", IMAGE_DIGEST: "sha256:abc" }, []],
  ["an object that is a by-product", { "x-ARTIFACT_OUTPUTS": { uri: "pkg:x", digest: "none" } }, []],
])("%s says what an unchanged Task has built", (_what, results, expected) => {
  expect(ofTask(results).subject.slice(1)).toEqual(expected);
});

test("results say what else came of it, and what it was made of", () => {
  const { buildDefinition, runDetails } = ofTask({
    "CHAINS-GIT_URL": "https://me:secret@example.com/app",
    "CHAINS-GIT_COMMIT": COMMIT,
    ARTIFACT_INPUTS: { uri: "pkg:in", digest: `sha256:${hex("1a")}` },
    ARTIFACT_OUTPUTS: { uri: "pkg:out", digest: `sha256:${hex("1b")}` },
    ARTIFACT_URI: "pkg:pair",
    ARTIFACT_DIGEST: `sha512:${hex("1c1c")}`,
  }).predicate;
  expect(buildDefinition.resolvedDependencies?.slice(-2)).toEqual([
    { uri: "git+https://example.com/app", digest: { gitCommit: COMMIT } },
    { uri: "pkg:in", digest: { sha256: hex("1a") } },
  ]);
  expect(runDetails.byproducts?.slice(-2)).toEqual([
    { uri: "pkg:pair", digest: { sha512: hex("1c1c") } },
    { uri: "pkg:out", digest: { sha256: hex("1b") } },
  ]);
});
