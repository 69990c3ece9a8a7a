// Fused Tasks that are tried again (protocol/fused.md, "Retries").
import { describe, expect, test } from "vitest";
import { postFile } from "../../../entrypoint/protocol/index.ts";
import { type Booted, boot, exitOf, type Given, posted, type Scripted, statusAt, World } from "../_world.ts";

/** A Task of `count` steps from index `from` on; each gets what is given for its place. */
function task(
  world: World,
  from: number,
  count: number,
  retries: number,
  given: Readonly<Record<number, Given>>,
): Booted[] {
  return Array.from({ length: count }, (_, place) =>
    boot(world, from + place, {
      task_name: `t${from}`,
      task_retries: retries,
      task_end: postFile(from + count - 1),
      task_start: postFile(from),
      ...given[place],
    }),
  );
}

const failsUntil = (attempt: number) => {
  let runs = 0;
  return () => (++runs < attempt ? 5 : 0);
};

const exits = async (world: World, steps: readonly Booted[]) =>
  Promise.all(steps.map((step) => exitOf(world, step)));

test("all steps run again until the last one succeeds", async () => {
  const world = new World();
  const runs = [0, 0, 0];
  const count = (place: number, code: () => number) => () => {
    runs[place] = (runs[place] ?? 0) + 1;
    return code();
  };
  const programs = { a: count(0, () => 0), b: count(1, failsUntil(3)), c: count(2, () => 0) };
  const steps = task(world, 0, 3, 5, {
    0: { command: ["a"], programs },
    1: { command: ["b"], programs },
    2: { command: ["c"], programs },
  });
  expect(await exits(world, steps)).toEqual([0, 0, 0]);
  expect(runs).toEqual([3, 3, 1]);
  expect([0, 1, 2].map((at) => posted(world, at))).toEqual(["done", "done", "done"]);
  expect(statusAt(world, 1)).toMatchObject({ state: "succeeded", attempt: 3 });
  expect(statusAt(world, 1)?.attempts?.map(({ exitCode }) => exitCode)).toEqual([5, 5, 0]);
});

test("with no attempts left each step ends by how it went itself", async () => {
  const world = new World();
  const steps = task(world, 0, 3, 2, { 1: { command: ["exit", "5"] } });
  const after = boot(world, 3);
  expect(await exits(world, [...steps, after])).toEqual([0, 5, 1, 1]);
  expect([0, 1, 2].map((at) => posted(world, at))).toEqual(["done", "error", "error"]);
  expect(statusAt(world, 1)?.attempt).toBe(3);
  expect(statusAt(world, 3)?.cause).toEqual({ step: "s1", state: "failed" });
});

test("edges from other Tasks are waited for once, and others never see an attempt", async () => {
  const world = new World();
  boot(world, 0);
  const steps = task(world, 1, 2, 3, { 1: { command: ["b"], programs: { b: failsUntil(4) } } });
  const after = boot(world, 3);
  expect(await exits(world, [...steps, after])).toEqual([0, 0, 0]);
  expect(statusAt(world, 2)?.attempt).toBe(4);
});

test("results of an attempt that failed are gone in the next", async () => {
  const world = new World();
  world.files.makeDirectory("/tekton/results");
  const seen: (readonly string[] | undefined)[] = [];
  const look = ({ files }: Scripted) => {
    seen.push(files.list("/tekton/results"), files.list("/tekton/run/0/status/results"));
    files.publish("/tekton/results/r", "x", 0o644);
    files.publish("/tekton/run/0/status/results/own", "x", 0o644);
    return 0;
  };
  const steps = task(world, 0, 2, 1, {
    0: { command: ["look"], programs: { look } },
    1: { command: ["b"], programs: { b: failsUntil(2) } },
  });
  expect(await exits(world, steps)).toEqual([0, 0]);
  expect(seen).toEqual([[], [], [], []]);
});

describe("$(context.task.retry-count)", () => {
  const COUNT = "$(context.task.retry-count)";

  test("is the attempt's, from 0, in words, environment, script and when", async () => {
    const world = new World();
    world.files.publish("/script", `echo ${COUNT} $(context.task.name)`, 0o555);
    const seen: unknown[] = [];
    const look = ({ argv, environment, files }: Scripted) => {
      seen.push([argv[1], files.read(argv[2] ?? "", 1e9), environment[0]]);
      return 0;
    };
    const first = [{ input: COUNT, operator: "in", values: ["0"] }];
    const steps = task(world, 0, 3, 2, {
      0: {
        command: ["look", `-n${COUNT}`, "/script"],
        environment: [`N=${COUNT}`],
        script: "/script",
        programs: { look },
      },
      1: { when_expressions: JSON.stringify(first) },
      2: { command: ["b"], programs: { b: failsUntil(2) } },
    });
    expect(await exits(world, steps)).toEqual([0, 0, 0]);
    expect(seen).toEqual([
      ["-n0", "echo 0 $(context.task.name)", "N=0"],
      ["-n1", "echo 1 $(context.task.name)", "N=1"],
    ]);
    expect(statusAt(world, 1)).toMatchObject({ state: "skipped", reason: "Skipped" });
  });

  test("is nobody's where there are no attempts", async () => {
    const world = new World();
    const seen: unknown[] = [];
    const look = ({ argv }: Scripted) => seen.push(argv[1]) - 1;
    await exitOf(world, boot(world, 0, { command: ["look", COUNT], programs: { look } }));
    expect(seen).toEqual([COUNT]);
  });
});

describe("what no attempt can change is final at once", () => {
  test("a failure in front of the Task", async () => {
    const world = new World();
    boot(world, 0, { command: ["exit", "1"] });
    const steps = task(world, 1, 3, 5, {});
    expect(await exits(world, steps)).toEqual([1, 1, 1]);
    expect(statusAt(world, 3)?.cause).toEqual({ step: "s0", state: "failed" });
    expect(world.files.list("/tekton/run/3")).not.toContain("out.attempt2");
  });

  test("a lost step", async () => {
    const world = new World();
    const steps = task(world, 0, 3, 5, { 1: { command: ["sleep", "60000"] } });
    world.clock.plan(1_000, () => steps[1]?.host.kill());
    const [first, , last] = steps as [Booted, Booted, Booted];
    expect(await exits(world, [first, last])).toEqual([0, 1]);
    expect(statusAt(world, 2)).toMatchObject({ state: "lost", cause: { step: "s1", state: "lost" } });
  });

  test("the last step lost between attempts", async () => {
    const world = new World();
    const steps = task(world, 0, 2, 5, { 1: { command: ["sleep", "60000"] } });
    world.clock.plan(1_000, () => steps[1]?.host.kill());
    expect(await exitOf(world, steps[0] as Booted)).toBe(0);
  });

  test("a cancellation, of a step that waits for the attempt's end too", async () => {
    const world = new World();
    const steps = task(world, 0, 2, 5, { 1: { command: ["sleep", "60000"] } });
    for (const step of steps) world.clock.plan(1_000, () => step.host.raise("SIGTERM"));
    expect(await exits(world, steps)).toEqual([143, 143]);
    const [waited, ran] = [0, 1].map((at) => statusAt(world, at));
    // What the first one had done by then is not forgotten.
    expect(waited).toEqual({
      ...{ protocol: 1, step: "s0", task: waited?.task, state: "cancelled", by: "entrypoint" },
      ...{
        reason: "Cancelled",
        message: "cancelled by SIGTERM",
        exitCode: 143,
        signal: "SIGTERM",
        attempt: 1,
      },
      waitingSince: expect.any(String),
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
    });
    expect(ran?.state).toBe("cancelled");
  });

  test("a cancellation between attempts keeps the runs so far, and what was attested", async () => {
    const world = new World();
    world.files.publish("/data", "x", 0o644);
    const artifacts = '{"outputs":[{"name":"a","path":"/data"}]}';
    const steps = task(world, 0, 2, 5, {
      0: { artifacts },
      1: { command: ["sleep", "60000"], timeout: 5_000 },
    });
    for (const step of steps) world.clock.plan(7_000, () => step.host.raise("SIGTERM"));
    await Promise.all(steps.map(({ exit }) => exit));
    expect(statusAt(world, 0)).toMatchObject({
      state: "cancelled",
      attempt: 2,
      startedAt: expect.any(String),
    });
    expect(statusAt(world, 0)?.attempts).toHaveLength(2);
    expect(statusAt(world, 0)?.artifacts?.outputs).toHaveLength(1);
  });

  test("a Task that is skipped", async () => {
    const world = new World();
    const task_when = '[{"input":"a","operator":"in","values":[]}]';
    const steps = task(world, 0, 2, 5, { 0: { task_when } });
    expect(await exits(world, steps)).toEqual([0, 0]);
    expect(statusAt(world, 1)).toMatchObject({ state: "skipped", reason: "TaskSkipped" });
  });
});

describe("the Task's time", () => {
  test("counts from the start of its first step, whichever runs", async () => {
    const world = new World();
    const given = { task_timeout: 3_000 };
    const steps = task(world, 0, 2, 0, {
      0: { command: ["sleep", "2000"], ...given },
      1: { command: ["sleep", "2000"], ...given },
    });
    const start = world.clock.now;
    const took = steps[1]?.exit.then(() => world.clock.now - start);
    expect(await exits(world, steps)).toEqual([0, 124]);
    expect(await took).toBe(3_000);
    expect(statusAt(world, 1)).toMatchObject({
      state: "timedOut",
      message: "the Task exceeded its timeout of 3s",
    });
  });

  test("starts again with each attempt", async () => {
    const world = new World();
    let runs = 0;
    const slowAtFirst = async ({ sleep }: Scripted) => {
      await sleep(runs++ === 0 ? 5_000 : 2_000);
      return 0;
    };
    const given = { task_timeout: 3_000 };
    const steps = task(world, 0, 2, 1, {
      0: given,
      1: { command: ["slow"], programs: { slow: slowAtFirst }, ...given },
    });
    expect(await exits(world, steps)).toEqual([0, 0]);
    expect(statusAt(world, 1)?.attempts?.map(({ exitCode }) => exitCode)).toEqual([124, 0]);
  });

  test("that is up before the command starts ends the step", async () => {
    const world = new World();
    boot(world, 1, { command: ["sleep", "9000"], wait_file: [] });
    const given = { task_timeout: 3_000, task_start: postFile(0), wait_file: [postFile(0), postFile(1)] };
    boot(world, 0);
    expect(await exitOf(world, boot(world, 2, given))).toBe(124);
    expect(statusAt(world, 2)).toMatchObject({ state: "timedOut", reason: "TimeoutExceeded" });
  });
});
