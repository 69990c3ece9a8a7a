// The example of machine learning: the model that is best is kept, and leads back to the data and the code it was made of.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, ROOT } from "./_baton.ts";

const EXAMPLE = join(ROOT, "examples/train-and-pick");

interface Told {
  readonly of: readonly string[];
  readonly things: readonly { readonly key: string; readonly name: string }[];
  readonly makings: readonly {
    readonly step: string;
    readonly of: readonly string[];
    readonly made: readonly string[];
  }[];
}

test("the best of the models is picked, and told where it comes from", async () => {
  const { path, baton, record } = folder({ "data/.keep": "" });
  const rates = ["0.001", "0.3"];
  const run = await record(
    join(EXAMPLE, "pipeline.yaml"),
    ...["-w", `name=code,path=${EXAMPLE}`, "-w", "name=data,path=data"],
    ...["-p", `rates=${rates.join(",")}`, "-p", "rows=200", "-p", "epochs=10"],
  );
  expect(run, JSON.stringify(run.steps)).toMatchObject({ state: "succeeded" });
  const accuracies = rates.map((_, at) => {
    const task = run.tasks.find(({ name }) => name === `train-${at}`);
    return String(task?.results.find(({ name }) => name === "accuracy")?.value);
  });
  const best = accuracies.indexOf(accuracies.toSorted().at(-1) ?? "");
  expect(run.results).toContainEqual({ name: "accuracy", value: accuracies[best] });
  expect(readFileSync(join(path, "data/report.txt"), "utf8")).toContain(`right in ${accuracies[best]}`);

  const { stdout, stderr } = await baton("lineage", "--of", "data/model.json", "-o", "json");
  const { of, things, makings } = JSON.parse(stdout || stderr) as Told;
  const maker = makings.find(({ step, made }) => step.endsWith("-train") && made.includes(of[0] ?? ""));
  const names = new Map(things.map(({ key, name }) => [key, name]));
  expect(maker?.of.map((key) => names.get(key))).toEqual(["code", "dataset"]);
  expect(makings.map(({ step }) => step)).toEqual(
    expect.arrayContaining([
      "step-bring-copy",
      "step-prepare-prepare",
      "step-pick-pick",
      "step-report-report",
    ]),
  );
});
