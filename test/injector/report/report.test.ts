// The page of a run: where the time went, and nothing in it that is not text.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunGraph } from "../../../injector/pictures/graph.ts";
import type { RunEvent, RunRecord } from "../../../injector/record/record.ts";
import { reportPage } from "../../../injector/report/page.ts";
import { timingsOf } from "../../../injector/report/timing.ts";
import { Teller } from "../../../injector/report/told.ts";

const at = (milliseconds: number): string => new Date(Date.UTC(2026, 0, 1) + milliseconds).toISOString();
const ran = (step: string, from: number, to: number, state = "succeeded") => ({
  step,
  state,
  attempt: 1,
  startedAt: at(from),
  finishedAt: at(to),
});
const runOf = (steps: readonly object[], over: object = {}): RunRecord =>
  ({
    name: "ci",
    version: "1",
    source: { kind: "Pipeline", name: "ci", file: "ci.yaml" },
    backend: "local",
    images: [],
    state: "succeeded",
    message: "it ran",
    exitCode: 0,
    startedAt: at(0),
    finishedAt: at(1_000),
    tasks: [],
    steps,
    results: [],
    artifacts: [],
    ...over,
  }) as unknown as RunRecord;
const chain = (...ids: readonly string[]): RunGraph => ({
  nodes: ids.map((id) => ({ id, name: id, task: "t", kind: "step" })),
  edges: ids.slice(1).map((to, index) => ({ from: ids[index] ?? "", to, on: "succeeded" })),
});
const page = (
  record: RunRecord,
  graph: RunGraph,
  lines: Readonly<Record<string, readonly string[]>> = {},
) => {
  const teller = new Teller();
  teller.graph(graph);
  for (const [step, texts] of Object.entries(lines))
    for (const line of texts) teller.add({ type: "log", at: at(0), step, stream: "stdout", line });
  teller.add({ type: "runFinished", at: at(0), record } as RunEvent);
  const told = teller.told();
  if (told === undefined) throw new Error("no record");
  return reportPage(told);
};

test("a step of a matrix is called by its values", () => {
  const label = "train[lr=0.1]-fit";
  const steps = [{ ...ran("train-0-fit", 0, 100, "failed"), label, message: "exit code 3" }];
  const artifacts = [{ name: "model", step: "train-0-fit", uri: "file:m", digest: { sha256: "ab" } }];
  const text = page(runOf(steps, { artifacts }), chain("train-0-fit"));
  expect(text).toContain('<h2><a href="#s-train-0-fit">train[lr=0.1]-fit</a> failed</h2>');
  expect(text).toContain('<th scope="row"><a href="#s-train-0-fit">train[lr=0.1]-fit</a>');
  expect(text).toContain('<span class="name">train[lr=0.1]-fit</span>');
  expect(text).toContain("<td>model</td><td>train[lr=0.1]-fit</td>");
});

test("the critical path goes back along whoever ended last, through steps that were skipped", () => {
  const steps = [
    ran("a", 0, 100),
    ran("b", 110, 900),
    { step: "c", state: "skipped", attempt: 1 },
    ran("d", 920, 1_000),
  ];
  const timings = timingsOf(runOf(steps), chain("a", "b", "c", "d"));
  expect(timings.filter(({ critical }) => critical).map(({ step }) => step)).toEqual(["a", "b", "d"]);
  expect(timings.map(({ handOver }) => handOver)).toEqual([undefined, 10, undefined, 20]);
});

test("a failure stands above everything else, with its last ten lines", () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const html = page(runOf([ran("a", 0, 10, "failed")], { state: "failed" }), chain("a"), { a: lines });
  const box = /<section class="failure"[\s\S]*?<\/section>/.exec(html)?.[0] ?? "";
  expect(box).toContain("line 20\nline 21");
  expect(box).not.toContain("line 19\n");
});

test("only the last lines of a step that says much are kept, and the page says so", () => {
  const lines = Array.from({ length: 9_000 }, (_, index) => `line ${index}`);
  const html = page(runOf([ran("a", 0, 10)]), chain("a"), { a: lines });
  expect(html).toContain("7000 earlier lines are left out");
  expect(html).toContain("line 8999");
});

test("whatever is said, named or returned, the page has the elements that it has without it", () => {
  const plain = tagsOf(
    page(runOf([ran("s", 0, 10)], { results: [{ name: "r", value: "v" }] }), chain("s"), { s: ["x"] }),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.constantFrom("<script>", "</pre><img onerror=x>", "\"'>", ""),
      (text, evil) => {
        const said = `${evil}${text}`;
        const record = runOf([ran("s", 0, 10)], { message: said, results: [{ name: said, value: said }] });
        expect(tagsOf(page(record, chain("s"), { s: [said] }))).toEqual(plain);
      },
    ),
    { numRuns: 60 },
  );
});

const tagsOf = (html: string): readonly string[] => html.match(/<\/?[a-zA-Z!][^\s>]*/g) ?? [];
