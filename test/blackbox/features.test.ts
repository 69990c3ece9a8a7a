// What a step can be told to do besides running its command: references, conditions, retries, breakpoints, sidecars.
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorFile } from "../../entrypoint/protocol/index.ts";
import { BUILDS, isUp, REAL, start, startStep, waitFor, within } from "./_entrypoint.ts";
import { startInPod } from "./_pod.ts";
import { type RunFolder, runFolder } from "./_run.ts";

/** Results of a step "a" that ended before. */
function resultsOfA(run: RunFolder, results: Readonly<Record<string, string>>): void {
  mkdirSync(run.file("a/results"), { recursive: true });
  symlinkSync(run.file("a"), `${run.steps}/step-a`);
  for (const [name, value] of Object.entries(results)) writeFileSync(run.file(`a/results/${name}`), value);
}

describe.each(BUILDS)("$name: references and conditions", (build) => {
  test("results of earlier steps are replaced in words and environment, once, and never in a script's text", async () => {
    const run = runFolder();
    resultsOfA(run, {
      text: "one $(steps.a.results.list[0])",
      list: '["x","y z"]',
      none: "[]",
      map: '{"key":"value"}',
    });
    const words = [
      "-$(steps.a.results.text)-",
      "$(steps.a.results.list[*])",
      "$(steps.a.results.none[*])",
      "$(steps.a.results.map.key)",
    ];
    const script = 'printf "<%s>" "$@"; printf "|%s" "$FROM"';
    const environment = { FROM: "$(steps.a.results.list[1])" };
    const ended = await startStep(build, run, 0, ["sh", "-c", script, "sh", ...words], { environment }).ended;
    expect(ended).toMatchObject({ code: 0, stdout: "<-one $(steps.a.results.list[0])-><x><y z><value>|y z" });
  });

  test.each([
    ["an index out of range", "$(steps.a.results.list[9])"],
    ["a missing key", "$(steps.a.results.map.none)"],
    ["a missing result", "$(steps.a.results.nothing)"],
    ["a whole list inside of text", "x$(steps.a.results.list[*])"],
  ])("%s fails the step cleanly, names the reference, and nobody hangs", async (_what, word) => {
    const run = runFolder();
    resultsOfA(run, { list: '["x"]', map: '{"key":"value"}' });
    const next = startStep(build, run, 1, ["true"], { after: [0] });
    const ended = await within(
      5_000,
      "it ends",
      startStep(build, run, 0, ["touch", run.file("ran"), word]).ended,
    );
    expect(ended.code).toBe(125);
    expect(ended.stderr).toContain(word.slice(word.indexOf("$")));
    expect(run.status(0)).toMatchObject({
      state: "setupFailed",
      by: "entrypoint",
      reason: "InvalidReference",
    });
    expect((await within(5_000, "the next one ends", next.ended)).code).toBe(1);
    expect(run.read("ran")).toBeUndefined();
  });

  test.each([
    ["in", '[{"input":"$(steps.a.results.branch)","operator":"in","values":["main","dev"]}]', true],
    ["notin", '[{"input":"$(steps.a.results.branch)","operator":"notin","values":["main"]}]', false],
    ["cel", `[{"cel":"'$(steps.a.results.branch)'.startsWith('ma') && size([1, 2]) == 2"}]`, true],
    ["cel that is false", `[{"cel":"'$(steps.a.results.branch)' == 'dev'"}]`, false],
    [
      "two, of which one is false",
      '[{"input":"a","operator":"in","values":["a"]},{"input":"a","operator":"in","values":[]}]',
      false,
    ],
  ])("when with %s", async (_what, when, runs) => {
    const run = runFolder();
    resultsOfA(run, { branch: "main" });
    const ended = await startStep(build, run, 0, ["touch", run.file("ran")], {
      flags: ["-when_expressions", when],
    }).ended;
    expect(ended.code).toBe(0);
    expect(run.read("ran")).toBe(runs ? "" : undefined);
    expect(run.status(0).state).toBe(runs ? "succeeded" : "skipped");
    expect(existsSync(run.post(0))).toBe(true);
    expect(run.read("run/0/status/exitCode")).toBe("0");
    if (!runs) expect(run.message(0)).toContainEqual({ key: "Reason", value: "Skipped", type: 3 });
  });

  test.each([
    ["-when_expressions that are no JSON", ["-when_expressions", "nonsense"], {}],
    ["a CEL expression that does not compile", ["-when_expressions", '[{"cel":"1 +"}]'], {}],
    ["a CEL expression that is no truth value", ["-when_expressions", '[{"cel":"1 + 1"}]'], {}],
    ["SPIRE", ["-enable_spire"], {}],
  ])("%s fails the step in words, and the next one does not hang", async (_what, flags, environment) => {
    const run = runFolder();
    const next = startStep(build, run, 1, ["true"], { after: [0] });
    const ended = await startStep(build, run, 0, ["touch", run.file("ran")], { flags, environment }).ended;
    expect(ended.code).toBeGreaterThan(0);
    expect(ended.stderr).not.toBe("");
    expect(run.status(0)).toMatchObject({ state: "setupFailed", by: "entrypoint" });
    expect((await within(5_000, "the next one ends", next.ended)).code).toBe(1);
    expect(run.read("ran")).toBeUndefined();
  });

  test("without -entrypoint the command for this platform is run; what is none fails, and nobody hangs", async () => {
    const run = runFolder();
    const arch = process.arch === "arm64" || build.name === "arm64" ? "arm64" : "amd64";
    const flags = (index: number) => [
      "-post_file",
      run.post(index),
      "-step_metadata_dir",
      run.metadata(index),
    ];
    const commands = JSON.stringify({ [`linux/${arch}`]: ["echo", "image"], "plan9/mips": ["false"] });
    const good = await start(build, run, [...flags(0), "--", "words"], {
      environment: { TEKTON_PLATFORM_COMMANDS: commands },
    }).ended;
    expect(good).toMatchObject({ code: 0, stdout: "image words\n" });
    const bad = await start(build, run, flags(1), { environment: { TEKTON_PLATFORM_COMMANDS: "{" } }).ended;
    expect(bad.code).toBe(2);
    expect(existsSync(errorFile(run.post(1)))).toBe(true);
  });
});

describe.each(BUILDS)("$name: retries, breakpoints, sidecars", (build) => {
  test("a failed command is run again in place, and each run is in the record", async () => {
    const run = runFolder();
    const script = `echo x >> ${run.file("log")}; test $(wc -l < ${run.file("log")}) -ge 3 || exit 4`;
    const flags = ["-retries", "3", "-retry_backoff", "10ms"];
    expect((await startStep(build, run, 0, ["sh", "-c", script], { flags }).ended).code).toBe(0);
    expect(run.status(0)).toMatchObject({ state: "succeeded", attempt: 3, exitCode: 0 });
    expect(run.status(0).attempts?.map(({ exitCode }) => exitCode)).toEqual([4, 4, 0]);
  });

  test("SIGTERM ends the pause before a retry", async () => {
    const run = runFolder();
    const flags = ["-retries", "3", "-retry_backoff", "60s"];
    const step = startStep(build, run, 0, ["sh", "-c", `echo > ${run.file("ran")}; exit 4`], { flags });
    await waitFor("it has failed once", () => run.read("ran") !== undefined);
    step.kill("SIGTERM");
    expect((await within(3_000, "it ends", step.ended)).code).toBe(143);
    expect(run.status(0)).toMatchObject({ state: "cancelled" });
  });

  test.each([
    ["beforestep-continue", 0, "succeeded"],
    ["beforestep-fail", 125, "setupFailed"],
  ])("a breakpoint before the step is released by `debug %s`", async (verb, code, state) => {
    const run = runFolder();
    const step = startInPod(run, [
      ...build.argv,
      ...podFlags(0),
      "-debug_before_step",
      "-entrypoint",
      "touch",
      "--",
      run.file("ran"),
    ]);
    await waitFor("it is up", () => existsSync(run.file("tekton/run/0/out.alive")));
    const held = await Promise.race([step.ended, new Promise((settle) => setTimeout(settle, 150, "held"))]);
    expect(held).toBe("held");
    expect(await startInPod(run, [...build.argv, "debug", verb]).ended).toMatchObject({ code: 0 });
    expect((await within(5_000, "it ends", step.ended)).code).toBe(code);
    expect(JSON.parse(run.read("tekton/run/0/status/status.json") ?? "{}").state).toBe(state);
    expect(run.read("ran")).toBe(code === 0 ? "" : undefined);
  });

  test.each([
    ["continue", 0, "out"],
    ["fail", 1, "out.err"],
  ])("a breakpoint after the failure is released by `debug %s`", async (verb, code, posted) => {
    const run = runFolder();
    const step = startInPod(run, [
      ...build.argv,
      ...podFlags(0),
      "-breakpoint_on_failure",
      "-entrypoint",
      "sh",
      "--",
      "-c",
      "exit 3",
    ]);
    await waitFor(
      "it has failed",
      () => run.read("tekton/run/0/status/status.json")?.includes('"failed"') === true,
    );
    expect(await startInPod(run, [...build.argv, "debug", verb]).ended).toMatchObject({ code: 0 });
    expect((await within(5_000, "it ends", step.ended)).code).toBe(code);
    expect(existsSync(run.file(`tekton/run/0/${posted}`))).toBe(true);
  });

  test("SIGTERM ends a breakpoint", async () => {
    const run = runFolder();
    const step = startStep(build, run, 0, ["true"], { flags: ["-debug_before_step"] });
    await waitFor("it is up", isUp(run, 0));
    step.kill("SIGTERM");
    expect((await within(3_000, "it ends", step.ended)).code).toBe(143);
  });

  test("a sidecar ends when the steps have settled: asked, then killed, exit code 0, its last words kept", async () => {
    const run = runFolder();
    const script = 'trap "echo bye; exit 7" TERM; echo hello; while :; do sleep 0.02; done';
    const sidecar = (words: string) =>
      start(build, run, [
        "sidecar",
        "-wait_settled",
        `${run.post(0)},${run.post(1)}`,
        "-grace_period",
        "200ms",
        "-entrypoint",
        "sh",
        "--",
        "-c",
        words,
      ]);
    const polite = sidecar(script);
    const stubborn = sidecar('trap "" TERM; while :; do sleep 0.05; done');
    expect((await startStep(build, run, 0, ["true"]).ended).code).toBe(0);
    expect((await startStep(build, run, 1, ["false"]).ended).code).toBe(1);
    expect(await within(5_000, "it ends", polite.ended)).toMatchObject({ code: 0, stdout: "hello\nbye\n" });
    expect(await within(5_000, "it ends, too", stubborn.ended)).toMatchObject({ code: 0 });
  });

  test("a sidecar that ends by itself ends as it did", async () => {
    const run = runFolder();
    const ended = await start(build, run, [
      "sidecar",
      "-wait_settled",
      run.post(0),
      "-entrypoint",
      "sh",
      "--",
      "-c",
      "exit 7",
    ]).ended;
    expect(ended.code).toBe(7);
  });
});

describe.each(BUILDS)("$name: sidecars that take turns", (build) => {
  test("steps wait until one is ready, and what its test says is not heard", async () => {
    const run = runFolder();
    const test = `echo noise; echo noise >&2; test -e ${run.file("ready")}`;
    const sidecar = start(build, run, [
      ...["sidecar", "-post_file", run.post(0), "-step_name", "db", "-step_metadata_dir", run.metadata(0)],
      ...["sh", "-c", test].flatMap((word) => ["-ready_test", word]),
      ...["--", "sh", "-c", `echo up; touch ${run.file("ready")}; exec sleep 100`],
    ]);
    const step = startStep(build, run, 1, ["true"], { after: [0] });
    expect(await within(30_000, "the step ends", step.ended)).toMatchObject({ code: 0 });
    sidecar.kill("SIGTERM");
    expect(await within(30_000, "it ends", sidecar.ended)).toMatchObject({ code: 143, stdout: "up\n" });
    expect(run.status(0)).toMatchObject({ step: "db", state: "succeeded", message: "ready" });
  });
});

describe.each(REAL)("$name: isolation", (build) => {
  test("hermetic: the command has no network, and cannot ask for one", async () => {
    const run = runFolder();
    const environment = { TEKTON_HERMETIC: "1", TEKTON_RESOURCE_NAME: "bypass" };
    const script = "cat /proc/net/dev | tail -n +3 | cut -d: -f1; id -u";
    const ended = await startStep(build, run, 0, ["sh", "-c", script], { environment }).ended;
    expect(ended).toMatchObject({ code: 0, stdout: `    lo\n${process.getuid?.()}\n` });
    expect((await startStep(build, run, 1, ["sh", "-c", "exit 6"], { environment }).ended).code).toBe(6);
  });

  test("hermetic: the command is asked to end before it is killed", async () => {
    const run = runFolder();
    const environment = { TEKTON_HERMETIC: "1" };
    const flags = ["-timeout", "200ms", "-grace_period", "1m"];
    const step = startStep(build, run, 0, ["sleep", "60"], { environment, flags });
    expect((await within(20_000, "it ends", step.ended)).code).toBe(124);
  });
});

const podFlags = (index: number): string[] => [
  ...["-step_name", `s${index}`, "-post_file", `/tekton/run/${index}/out`],
  ...[
    "-step_metadata_dir",
    `/tekton/run/${index}/status`,
    "-termination_path",
    `/tekton/run/${index}/termination`,
  ],
];
