// What a program may hand over to be planned, compiled and run: definitions of the SDK, parsed documents, resolved runs.
import { expect, test } from "vitest";
import { compile, load, plan, resolve, runLocal } from "../../../injector/index.ts";
import { definePipeline, defineRun, defineTask } from "../../../injector/sdk/index.ts";

const hello = defineTask({ name: "hello", params: { who: { default: "you" } } }, ({ params, step }) => {
  step("say", { image: "busybox", command: ["echo", params.who] });
});
const twice = definePipeline({ name: "twice" }, ({ task }) => {
  task("first", hello, { params: { who: "a" } });
  task("second", hello, { params: { who: "b" } });
});
const ids = (what: Parameters<typeof plan>[0]) =>
  plan(what).plans.flatMap(({ steps }) => steps.map(({ id }) => id));

test("a definition is planned with all that it uses", () => {
  expect(ids(hello)).toEqual(["step-say"]);
  expect(ids(twice)).toEqual(["step-first-say", "step-second-say"]);
  expect(ids([twice])).toEqual(["step-first-say", "step-second-say"]);
});

test("a run of a definition has its params", () => {
  const run = defineRun(hello, { name: "try", params: { who: "me" } });
  expect(JSON.stringify(plan(run).plans)).toContain('"me"');
});

test("a parsed document is planned as the text is", () => {
  const document = JSON.parse(JSON.stringify(hello));
  expect(ids(document)).toEqual(ids(resolve(load([{ path: "x.yaml", text: JSON.stringify(document) }]))));
});

test("a definition is compiled, and so are plans", async () => {
  const options = { entrypointImage: "entrypoint:1" };
  expect(await compile(hello, "kubernetes", options)).toBe(await compile(plan(hello), "kubernetes", options));
});

test("mistakes of a definition are told with places in its YAML", () => {
  const wrong = { ...hello, spec: { ...hello.spec, nonsense: 1 } };
  expect(() => plan(wrong)).toThrow(/nonsense/);
});

test("what is run can be a definition", async () => {
  const first = runLocal({ ...hello, kind: "Tusk" }).next();
  await expect(first).rejects.toThrow(/Tusk/);
});
