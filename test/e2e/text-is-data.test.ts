// What comes in by a param, a default or a result reaches the command as it is, by every way there is into a step.
import { expect, test } from "vitest";
import { folder } from "./_baton.ts";

const TASK = `
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {token: THE-SECRET}
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: announce}
spec:
  params: [{name: text}, {name: fallback, default: "$(TOKEN)$$(TOKEN)"}]
  results: [{name: arg}, {name: env}, {name: script}, {name: default}, {name: passed}]
  steps:
    - {name: login, results: [{name: token}], script: 'printf %s THE-RESULT > $(step.results.token.path)'}
    - name: words
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: s, key: token}}}, {name: TEXT, value: $(params.text)}]
      command: [sh, -c, 'printf %s "$1" > $(results.arg.path); printf %s "$TEXT" > $(results.env.path); printf %s "$2" > $(results.default.path)', sh]
      args: [$(params.text), $(params.fallback)]
    - name: script
      script: |
        #!/bin/sh
        cat <<'end' | tr -d '\\n' > $(results.script.path)
        $(params.text)
        end
    - name: passed
      when: [{input: $(params.text), operator: in, values: [$(params.text)]}]
      results: [{name: r}]
      script: cp $(results.arg.path) $(step.results.r.path)
    - name: last
      args: [$(steps.passed.results.r)]
      script: printf %s "$1" > $(results.passed.path)
`;

const TEXTS = [
  "hello $(TOKEN)",
  "$(steps.login.results.token)",
  "$(tasks.announce.results.arg) $(context.task.retry-count) $(context.dollar)",
  "$(params.fallback) $$(TOKEN) $$ $( $",
  "(TOKEN) $(steps.none.results.x) $(steps.login.outputs.x) `id` {{x}}",
];

test.each(TEXTS)("%s", async (text) => {
  const { record } = folder({ "task.yaml": TASK });
  const { results, state } = await record("task.yaml", "-p", `text=${text}`);
  expect({ state, results }).toEqual({
    state: "succeeded",
    results: ["arg", "env", "script", "default", "passed"].map((name) => ({
      name,
      value: name === "default" ? "$(TOKEN)$$(TOKEN)" : text,
    })),
  });
});

test("what is recorded of a param is what was given", async () => {
  const { record } = folder({ "task.yaml": TASK });
  const text = "$(TOKEN)($(steps.login.results.token)";
  expect(await record("task.yaml", "-p", `text=${text}`)).toMatchObject({ request: { params: { text } } });
});

test("between Tasks of a Pipeline, and once more where a result decides how many there are", async () => {
  const { record } = folder({
    "pipeline.yaml": `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  params: [{name: text}]
  tasks:
    - name: make
      taskSpec:
        results: [{name: list, type: array}, {name: token}]
        steps: [{name: a, script: 'd=$; printf %s T > $(results.token.path); printf %s "[\\"\${d}(tasks.make.results.token)\\", \\"\${d}(HOME)\\"]" > $(results.list.path)'}]
    - name: each
      matrix: {params: [{name: one, value: "$(tasks.make.results.list[*])"}]}
      params: [{name: both, value: "$(params.text) $(tasks.make.results.token)"}]
      taskSpec:
        params: [{name: one}, {name: both}]
        results: [{name: r}]
        steps: [{name: a, args: ["$(params.one) $(params.both)"], script: 'printf %s "$1" > $(results.r.path)'}]
  results: [{name: all, value: "$(tasks.each.results.r[*])"}, {name: mixed, value: "$(params.text) $(tasks.make.results.token)"}]
`,
  });
  const text = "$(tasks.make.results.token)";
  expect((await record("pipeline.yaml", "-p", `text=${text}`)).results).toEqual([
    { name: "all", value: [`${text} ${text} T`, `$(HOME) ${text} T`] },
    { name: "mixed", value: `${text} T` },
  ]);
});

test.each([...TEXTS, "$(steps.none.results.x)"])(
  "a Secret or a ConfigMap that says %s says just that",
  async (text) => {
    const { record } = folder({
      "task.yaml": `
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {token: ${JSON.stringify(text)}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {WHOLE: ${JSON.stringify(text)}}
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: secrets}
spec:
  results: [{name: env}, {name: word}, {name: whole}, {name: own}]
  steps:
    - {name: login, results: [{name: token}], script: 'printf %s THE-RESULT > $(step.results.token.path)'}
    - name: words
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: s, key: token}}}, {name: OWN, value: $(steps.login.results.token)}]
      envFrom: [{configMapRef: {name: c}}]
      command: [sh, -c, 'printf %s "$TOKEN" > $1; printf %s "$2" > $(results.word.path); printf %s "$WHOLE" > $(results.whole.path); printf %s "$OWN" > $(results.own.path)', sh]
      args: [$(results.env.path), $(TOKEN)]
`,
    });
    const { results, state } = await record("task.yaml");
    expect({ state, results }).toEqual({
      state: "succeeded",
      results: ["env", "word", "whole", "own"].map((name) => ({
        name,
        value: name === "own" ? "THE-RESULT" : text,
      })),
    });
  },
);
