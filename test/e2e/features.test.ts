// What Tekton's files can say, a file for each kind of thing (features/): each checks itself, and means the same as processes
// and in every engine.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { folder } from "./_baton.ts";
import { type Engine, startDocker, startPodman } from "./_engines.ts";

const FOLDER = join(import.meta.dirname, "features");
const features = readdirSync(FOLDER);

const RESULTS: Readonly<Record<string, unknown>> = {
  "results.yaml": { word: "a word", second: "two", lifted: "lift" },
  "retries.yaml": { attempt: "2 of 3" },
};

const ENGINES = { podman: async () => startPodman(), docker: () => startDocker() } as const;

test.each(features)("%s, as processes", (feature) => succeeds(feature, "local"));

describe.each(Object.entries(ENGINES))("in %s", (name, start) => {
  let engine: Engine | undefined;
  afterAll(() => engine?.stop());

  test.each(features)("%s", async (feature) => {
    engine ??= await start();
    await succeeds(feature, name, engine.environment);
  });
});

async function succeeds(feature: string, on: string, environment = {}): Promise<void> {
  const { record } = folder({}, environment);
  const run = await record(join(FOLDER, feature), "--on", on);
  expect(run, JSON.stringify(run.steps, undefined, 2)).toMatchObject({ state: "succeeded", exitCode: 0 });
  const results = Object.fromEntries(run.results.map(({ name, value }) => [name, value]));
  expect(results).toEqual(RESULTS[feature] ?? {});
}
