// What a run makes of its references: replaced, spliced, counted, or refused at their place, and never kept as text.
import { describe, expect, test } from "vitest";
import { UserError } from "../../injector/diagnostics/diagnostic.ts";
import { load } from "../../injector/documents/load.ts";
import { plan } from "../../injector/plan/index.ts";
import type { PlanOptions } from "../../injector/plan/model/plan-set.ts";
import { resolve } from "../../injector/resolve/resolve.ts";

const taskRun = (spec: string) =>
  `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: r}\nspec: ${spec}\n`;
const pipelineRun = (spec: string) =>
  `apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: {name: r}\nspec: ${spec}\n`;
const planned = (text: string, options: PlanOptions = {}) =>
  plan(resolve(load([{ path: "r.yaml", text }])), options);
const argsOf = (text: string, options?: PlanOptions) =>
  planned(text, options).plans.at(-1)?.steps.at(-1)?.args;

function faultsOf(text: string): readonly string[] {
  try {
    planned(text);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics.map(({ message, place }) => {
      const { text: line = "", column = 1, length = 0 } = place ?? {};
      return `${line.slice(column - 1, column - 1 + length)} | ${message}`;
    });
  }
}

describe("what begins like a variable and is none", () => {
  const step = (text: string) =>
    taskRun(
      `{taskSpec: {params: [{name: l, type: array, default: [a]}], steps: [{image: i, args: [${JSON.stringify(text)}]}]}}`,
    );

  test.each([
    ...["$(params.l[-1])", "$(params.l[01])", "$(params.l[x])", "$(params.l[0].x)", "$(params.l[0][0])"],
    ...["$(params.l[1])", "$(params.l[])", "$(params.l.)", "$(params..l)", "$(params.l )", "$( params.l)"],
    ...["$(params.$(params.l[0]))", "$(results.r-$i.path)", "$(param.l)", "$(Params.l)", "$(parameters.l)"],
    ...["$(context.taskRun.nmae)", "$(contxt.taskRun.name)", "$(workspace.w.path)", "$(step.s.results.r)"],
    ...["$(task.a.results.r)", "$(tasks.a.results.r)", "$(tasks.status)", "$(credential.path)"],
  ])("%s", (text) => {
    expect(faultsOf(step(text))).toHaveLength(1);
    expect(faultsOf(step(text))[0]?.startsWith("$(")).toBe(true);
  });

  test.each([
    "$(date)",
    "$(HOME)",
    "$(deploy.sh)",
    "$(params.sh --now)",
    "$((1 + 2))",
    "$(cat results.txt)",
    "$(steps.sh)",
  ])("%s is the shell's", (text) => {
    expect(argsOf(step(text))).toEqual([text]);
  });
});

test("a reference that stands twice is said twice, each at its own place", () => {
  const text = taskRun('{taskSpec: {steps: [{image: i, script: "$(context.b.c) $(context.b.c)"}]}}');
  const { diagnostics } = (() => {
    try {
      planned(text);
    } catch (error) {
      return error as UserError;
    }
    throw new Error("nothing was refused");
  })();
  const columns = diagnostics.map(({ place }) => place?.column ?? 0);
  expect(columns[1]).toBe((columns[0] ?? 0) + "$(context.b.c) ".length);
});

describe("values that only the run knows", () => {
  test.each([
    [
      "an item that is not there",
      "value: [one]",
      "$(params.p[1])",
      "the list has 1 item, counted from 0, and none at 1",
    ],
    ["an item of a text", "value: one", "$(params.p[0])", "is of type string"],
    ["a key that is not there", "value: {a: b}", "$(params.p.c)", 'has no key "c"'],
    ["a map in a text", "value: {a: b}", "x$(params.p)", "cannot stand here"],
    ["a list in a text", "value: [a, b]", "x$(params.p[*])", "cannot stand here"],
  ])("%s", (_case, value, text, why) => {
    const [fault, ...others] = faultsOf(
      taskRun(`{params: [{name: p, ${value}}], taskSpec: {steps: [{image: i, command: ["${text}"]}]}}`),
    );
    expect(others).toEqual([]);
    expect(fault).toContain(why);
  });

  test("a value of another type than its Task declares, handed on by a reference", () => {
    const tasks =
      "[{name: a, params: [{name: p, value: $(params.q)}], taskSpec: {params: [{name: p, type: array}], steps: [{image: i}]}}]";
    expect(
      faultsOf(pipelineRun(`{params: [{name: q, value: text}], pipelineSpec: {tasks: ${tasks}}}`)),
    ).toEqual([expect.stringContaining('param "p" is a list of texts, not a text')]);
  });
});

test("keys of a map reach what is embedded, unless it is given others", () => {
  const tasks =
    '[{name: a, params: [{name: m, value: {first: "2"}}], taskSpec: {steps: [{image: i, args: ["$(params.m.first)$(params.m.second)"]}]}}]';
  expect(
    argsOf(
      pipelineRun(`{params: [{name: m, value: {first: "1", second: "3"}}], pipelineSpec: {tasks: ${tasks}}}`),
    ),
  ).toEqual(["23"]);
});

test("a text for the map of a StepAction gives none of its keys", () => {
  const action = `---
apiVersion: tekton.dev/v1beta1
kind: StepAction
metadata: {name: show}
spec: {image: i, args: [$(params.m.x)], params: [{name: m, type: object, properties: {x: {type: string}}, default: {x: preset}}]}
`;
  const steps = "[{name: s, ref: {name: show}, params: [{name: m, value: '$(params.t[*])'}]}]";
  expect(argsOf(taskRun(`{params: [{name: t, value: text}], taskSpec: {steps: ${steps}}}`) + action)).toEqual(
    ["preset"],
  );
});

describe("an item of a list that holds another task's list", () => {
  const run = (item: string) =>
    pipelineRun(`
  pipelineSpec:
    tasks:
      - name: a
        taskSpec: {results: [{name: l, type: array}], steps: [{image: i, command: [c]}]}
      - name: b
        params: [{name: l, value: [first, "$(tasks.a.results.l[*])", last]}]
        taskSpec: {params: [{name: l, type: array}], steps: [{image: i, args: ["$(params.l[${item}])"]}]}`);
  const done = { a: { status: "Succeeded", results: { l: ["x y", "z"] } } } as const;

  test("in front of it is known at once", () => {
    expect(argsOf(run("0"))).toEqual(["first"]);
  });

  test.each([
    ["1", "x y"],
    ["2", "z"],
    ["3", "last"],
  ])("%s waits until the list is there", (item, value) => {
    expect(planned(run(item)).plans).toHaveLength(2);
    expect(argsOf(run(item), { done })).toEqual([value]);
  });
});

test("the length of a matrix's results counts those that were left", () => {
  const text = pipelineRun(`
  pipelineSpec:
    tasks:
      - name: fan
        matrix: {params: [{name: num, value: ["1", "2", "3"]}]}
        taskSpec: {params: [{name: num}], results: [{name: r}], steps: [{image: i, command: [c]}]}
      - name: count
        params: [{name: all, value: $(tasks.fan.matrix.length)}, {name: left, value: $(tasks.fan.matrix.r.length)}]
        taskSpec: {params: [{name: all}, {name: left}], steps: [{image: i, args: [$(params.all), $(params.left)]}]}`);
  const step = planned(text).plans[0]?.steps.at(-1);
  expect(step?.args).toEqual(["3", "$(tasks.fan.matrix.r.length)"]);
  expect(JSON.parse(step?.flags.task_refs ?? "{}")["fan"].instances).toHaveLength(3);
  const over = (results: Readonly<Record<string, string>>) => ({ status: "Succeeded", results }) as const;
  const done = { "fan-0": over({ r: "x" }), "fan-1": over({}), "fan-2": over({ r: "y" }) };
  expect(argsOf(text, { done })).toEqual(["3", "2"]);
});

describe("workspaces", () => {
  const run = (bindings: string, optional: string) =>
    pipelineRun(`
  workspaces: ${bindings}
  pipelineSpec:
    workspaces: [{name: outer, optional: true}]
    tasks:
      - name: a
        when: [{input: $(workspaces.outer.bound), operator: in, values: ["true", "false"]}]
        params: [{name: p, value: "$(workspaces.outer.bound) $(workspaces.w.bound)"}]
        workspaces: [{name: w, workspace: outer}]
        taskSpec: {params: [{name: p}], workspaces: [{name: w${optional}}], steps: [{image: i, args: [$(params.p)]}]}`);

  test("a Pipeline knows whether its own are bound", () => {
    expect(argsOf(run("[{name: outer, emptyDir: {}}]", ", optional: true"))).toEqual(["true true"]);
    expect(argsOf(run("[]", ", optional: true"))).toEqual(["false false"]);
  });

  test("one that was left unbound is nothing for a Task that needs it", () => {
    expect(argsOf(run("[{name: outer, emptyDir: {}}]", ""))).toEqual(["true true"]);
    expect(faultsOf(run("[]", ""))).toEqual([expect.stringContaining('workspace "w" is needed here')]);
  });
});

test("variables of a pod template win over those of its steps", () => {
  const env = (at: string) => `env: [{name: A, value: ${at}}, {name: ${at}, value: x}]`;
  const text = taskRun(
    `{podTemplate: {${env("pod")}}, taskSpec: {stepTemplate: {${env("template")}}, steps: [{image: i, ${env("step")}}]}}`,
  );
  expect(planned(text).plans[0]?.steps[0]?.env).toEqual([
    { name: "step", value: "x" },
    { name: "template", value: "x" },
    { name: "A", value: "pod" },
    { name: "pod", value: "x" },
  ]);
  expect(planned(text).plans[0]?.pod.spec).toEqual({});
});

test("a combination that is included is called what it says, with its values", () => {
  const tasks =
    '[{name: a, matrix: {include: [{name: "on $(params.os)", params: [{name: os, value: linux}]}]}, taskSpec: {params: [{name: os}], steps: [{image: i}]}}]';
  expect(planned(pipelineRun(`{pipelineSpec: {tasks: ${tasks}}}`)).plans[0]?.tasks[0]?.displayName).toBe(
    "on linux",
  );
});

test("a Task may be named by a param", () => {
  const task =
    "---\napiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: named}\nspec: {steps: [{image: i, args: [here]}]}\n";
  const run = pipelineRun(
    "{params: [{name: t, value: named}], pipelineSpec: {tasks: [{name: a, taskRef: {name: $(params.t)}}]}}",
  );
  expect(argsOf(run + task)).toEqual(["here"]);
});

describe("declared types of results", () => {
  const typesOf = (spec: string) =>
    planned(taskRun(`{taskSpec: ${spec}}`)).plans[0]?.steps.map(({ flags }) => [
      flags.result_types,
      flags.step_result_types,
    ]);
  const results = "results: [{name: l, type: array}, {name: m, properties: {k: {}}}, {name: t}]";
  const types = '{"l":{"type":"array"},"m":{"type":"object","keys":["k"]}}';

  test("of a Task are looked at when its last step has ended", () => {
    expect(typesOf(`{${results}, steps: [{image: i}, {image: i}]}`)).toEqual([
      [undefined, undefined],
      [types, undefined],
    ]);
  });

  test("of a step, or of its Task by this step, when it has ended", () => {
    expect(typesOf(`{steps: [{image: i, ${results}}, {image: i}]}`)?.[0]).toEqual([undefined, types]);
    const lifted = "results: [{name: x, type: array, value: $(steps.s.results.l)}]";
    expect(typesOf(`{${lifted}, steps: [{name: s, image: i, results: [{name: l}]}]}`)).toEqual([
      [undefined, '{"l":{"type":"array"}}'],
    ]);
  });
});

test("the pod of one task may speak of what its matrix gives it, before what the run gives", () => {
  const text = pipelineRun(`
  params: [{name: zone, value: far}, {name: disk, value: outer}]
  taskRunTemplate: {podTemplate: {schedulerName: $(params.zone)}}
  taskRunSpecs: [{pipelineTaskName: a, podTemplate: {nodeSelector: {disk: $(params.disk), size: $(params.size)}}}]
  pipelineSpec:
    tasks:
      - name: a
        matrix: {params: [{name: disk, value: [fast, slow]}, {name: size, value: [big]}]}
        taskSpec: {params: [{name: disk}, {name: size}], steps: [{image: i}]}
      - name: b
        taskSpec: {steps: [{image: i}]}`);
  expect(planned(text).plans.map(({ pod }) => pod.spec)).toEqual([
    { schedulerName: "far", nodeSelector: { disk: "fast", size: "big" } },
    { schedulerName: "far", nodeSelector: { disk: "slow", size: "big" } },
    { schedulerName: "far" },
  ]);
  expect(faultsOf(text.replace("disk: $(params.disk)", "disk: $(params.dsk)"))).toEqual([
    '$(params.dsk) | $(params.dsk): there is no param "dsk"',
  ]);
});

test("a workspace that nobody declares is not bound", () => {
  const when = '[{input: $(workspaces.none.bound), operator: in, values: ["true"]}]';
  const [step] = planned(taskRun(`{taskSpec: {steps: [{image: i, when: ${when}}]}}`)).plans[0]?.steps ?? [];
  expect(JSON.parse(step?.flags.when_expressions ?? "")).toMatchObject([{ input: "false" }]);
});
