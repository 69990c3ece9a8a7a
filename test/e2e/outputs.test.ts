// What steps say in containers arrives as they said it: all of it, each line whole and under its step, however much.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";
import { folder } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "./_engines.ts";

const { busybox } = IMAGES;

const ROUNDS = 20_000;
const TALKERS = ["one", "two", "three"];

/** Tasks without edges between them run side by side; each writes to both of its streams. */
const TALKING = `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: { name: talking }
spec:
  tasks:
${TALKERS.map(
  (name) => `    - name: ${name}
      taskSpec:
        steps:
          - name: talk
            image: ${busybox}
            script: |
              #!/bin/sh
              seq 1 ${ROUNDS} &
              seq 1 ${ROUNDS} >&2 &
              wait
              echo -n "the end of ${name}"
`,
).join("")}`;

const task = (steps: string, more = "") => `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: demo }
spec:
${more}  steps:
${steps}`;

/** One line of 1 MB, bytes that are no UTF-8, a last line without an end. */
const ODD = task(`    - name: odd
      image: ${busybox}
      script: |
        #!/bin/sh
        head -c 1000000 /dev/zero | tr '\\0' x; echo
        echo -e 'a\\xff\\xfe\\x00b'
        echo -e 'tab\\there'
        echo to stderr >&2
        echo -n unfinished
`);

const LARGE = task(
  `    - name: large
      image: ${busybox}
      script: |
        #!/bin/sh
        head -c 3000000 /dev/zero | tr '\\0' y > $(results.large.path)
`,
  "  results: [{ name: large }]\n",
);

const MANY = task(
  Array.from(
    { length: 20 },
    (_, at) => `    - { name: s${at}, image: "${busybox}", command: [echo, "${at}"] }\n`,
  ).join(""),
);

describe.each([
  { on: "podman", network: "host", open: async (): Promise<Engine> => startPodman() },
  { on: "docker", network: "none", open: (): Promise<Engine> => startDocker() },
])("on $on", ({ on, network, open }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.stop());

  const run = async (yaml: string, output: string) => {
    const words = ["run", "task.yaml", "--on", on, "--network", network, "-o", output];
    const { environment } = engine;
    const { code, stdout, stderr } = await folder({ "task.yaml": yaml }).start(words, { environment }).ended;
    expect(code, stdout.slice(0, 2000) + stderr).toBe(0);
    return stdout;
  };
  /** The lines of a step, without its name. */
  const linesOf = (stdout: string, step: string): string[] =>
    stdout
      .split("\n")
      .filter((line) => line.startsWith(`[${step}] `))
      .map((line) => line.slice(step.length + 3));

  test("steps that talk at the same time, on both streams, lose no line", async () => {
    const stdout = await run(TALKING, "text");
    for (const name of TALKERS) {
      const said = linesOf(stdout, `${name}-talk`);
      const times = new Map<string, number>();
      for (const line of said) times.set(line, (times.get(line) ?? 0) + 1);
      const whole = Array.from({ length: ROUNDS }, (_, at) => times.get(String(at + 1)));
      expect(new Set(whole)).toEqual(new Set([2]));
      expect(times.get(`the end of ${name}`)).toBe(1);
      expect(said.at(-1)).toMatch(/^succeeded/);
    }
  });

  test("long lines, bytes that are no text, lines without an end", async () => {
    const lines = linesOf(await run(ODD, "text"), "odd").filter((line) => !/^(started|succeeded)/.test(line));
    expect(lines.map(({ length }) => length).sort((a, b) => a - b)).toEqual([5, 8, 9, 10, 1_000_000]);
    for (const line of ["a\ufffd\ufffd\0b", "tab\there", "to stderr", "unfinished"])
      expect(lines).toContain(line);
  });

  test("a result of several megabytes", async () => {
    const record = JSON.parse(await run(LARGE, "json")) as RunRecord;
    expect(record.results[0]?.value).toBe("y".repeat(3_000_000));
  });

  test("many steps in one pod, in their order", async () => {
    const record = JSON.parse(await run(MANY, "json")) as RunRecord;
    expect(record.steps.map(({ state }) => state)).toEqual(Array.from({ length: 20 }, () => "succeeded"));
    const starts = record.steps.map(({ startedAt = "" }) => startedAt);
    expect(starts).toEqual([...starts].sort());
  });
});
