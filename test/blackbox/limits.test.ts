// Many steps under one user, on a kernel with its default limits (128 inotify instances); and both builds in one chain.
import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BUILDS, isUp, NATIVE, type Running, startStep, waitFor, within } from "./_entrypoint.ts";
import { runFolder } from "./_run.ts";

const MANY = 200;

describe.each(NATIVE)("$name: many waiting steps", (build) => {
  test("200 steps wait for one that runs, and all go on at once", async () => {
    const run = runFolder();
    const first = startStep(build, run, 0, [
      "sh",
      "-c",
      `echo > ${run.file("up")}; while ! test -e ${run.file("go")}; do sleep 0.02; done`,
    ]);
    await waitFor("the first runs", () => run.read("up") !== undefined);
    const others = Array.from({ length: MANY }, (_, at) =>
      startStep(build, run, at + 1, ["true"], { after: [0] }),
    );
    await waitFor("all are up", () => others.every((_, at) => isUp(run, at + 1)()), 30_000);
    mkdirSync(run.file("go"));
    await within(15_000, "all go on", expectSuccess([first, ...others]));
  });

  test("200 steps wait for one that has not come up yet; who gets no events looks now and then, and says so once", async () => {
    const run = runFolder();
    const others = Array.from({ length: MANY }, (_, at) =>
      startStep(build, run, at + 1, ["true"], { after: [0] }),
    );
    await waitFor("all are up", () => others.every((_, at) => isUp(run, at + 1)()), 30_000);
    const first = startStep(build, run, 0, ["true"]);
    const ended = await within(20_000, "all go on", expectSuccess([first, ...others]));
    for (const { stderr } of ended) expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(1);
  });

  test("a chain of 200 steps, all started at once", async () => {
    const run = runFolder();
    const steps = Array.from({ length: MANY }, (_, at) =>
      startStep(build, run, at, ["true"], at > 0 ? { after: [at - 1] } : {}),
    );
    await within(30_000, "the chain ends", expectSuccess(steps));
  });
});

test("builds stand in one chain, whoever goes first", async () => {
  const run = runFolder();
  const order = [...BUILDS, ...BUILDS].map((build, index) => ({ build, index }));
  const log = run.file("log");
  const steps = [...order]
    .reverse()
    .map(({ build, index }) =>
      startStep(
        build,
        run,
        index,
        ["sh", "-c", `echo ${index} >> ${log}`],
        index > 0 ? { after: [index - 1] } : {},
      ),
    );
  await within(15_000, "the chain ends", expectSuccess(steps));
  expect(run.read("log")?.trim().split("\n").map(Number)).toEqual(order.map(({ index }) => index));
});

test.each(
  BUILDS.flatMap((one) => BUILDS.filter((other) => other !== one).map((other) => [one, other] as const)),
)("the death of $0.name is noticed by $1.name", async (one, other) => {
  const run = runFolder();
  const step = startStep(one, run, 0, ["sh", "-c", `echo > ${run.file("up")}; exec sleep 40`]);
  const next = startStep(other, run, 1, ["true"], { after: [0] });
  await waitFor("both are up", () => run.read("up") !== undefined && isUp(run, 1)());
  step.kill("SIGKILL");
  expect((await within(2_000, "it ends", next.ended)).code).toBe(1);
  expect(run.status(1)).toMatchObject({ state: "lost", cause: { step: "s0", state: "lost" } });
});

async function expectSuccess(steps: readonly Running[]) {
  const ended = await Promise.all(steps.map((step) => step.ended));
  expect(ended.filter(({ code }) => code !== 0)).toEqual([]);
  return ended;
}
