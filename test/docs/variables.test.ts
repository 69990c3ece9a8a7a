// docs/variables.md has the tables that check and planner go by. `vitest -u` writes them anew.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ACCEPTING } from "../../injector/documents/variable-fields.ts";
import { type Scope, VARIABLES } from "../../injector/documents/variables.ts";
import { DOCS } from "./_page.ts";

const PAGE = join(DOCS, "variables.md");

const SAID: Readonly<Record<Scope, string>> = {
  step: "steps",
  task: "the rest of a Task",
  mount: "the rest of a Task",
  action: "StepActions",
  taskResult: "values of Task results",
  pipeline: "tasks of a Pipeline",
  finally: "finally",
  pipelineResult: "Pipeline results",
  reference: "references to Tasks",
  taskRun: "TaskRuns",
  pipelineRun: "PipelineRuns",
};

const list = (words: readonly string[]) => [...new Set(words)].join(", ");

const variables = VARIABLES.map(
  ({ path, in: scopes, answered, words }) =>
    `| \`$(${path})\` | ${list(scopes.map((scope) => SAID[scope]))} | ${answered === "plan" ? "before" : "turn"} | ${words} |`,
);

const OF: Readonly<Record<Scope, string>> = {
  ...{
    step: "the step",
    task: "its Task",
    mount: "params and context",
    action: "the StepAction",
    taskResult: "results of steps",
  },
  ...{ pipeline: "the Pipeline", finally: "the Pipeline", pipelineResult: "results of tasks" },
  reference: "params",
  ...{ taskRun: "params and context", pipelineRun: "params and context" },
};

const fields = ACCEPTING.map(
  ({ object, field, accepted }) =>
    `| ${object} | \`${field}\` | ${accepted === "refused" ? "an error: write the value" : list(accepted.map((scope) => OF[scope]))} |`,
);

const block = (page: string, name: string, rows: readonly string[]) =>
  page.replace(
    new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`),
    () => `<!-- ${name} -->\n${rows.join("\n")}\n<!-- /${name} -->`,
  );

test("the page has every variable and every field", async () => {
  const page = readFileSync(PAGE, "utf8");
  const head = ["| variable | in | known | what it is |", "| --- | --- | --- | --- |"];
  const made = block(block(page, "variables", [...head, ...variables]), "fields", [
    "| object | field | may speak of |",
    "| --- | --- | --- |",
    ...fields,
  ]);
  await expect(made).toMatchFileSnapshot(PAGE);
});
