// What passes between fused Tasks: guards, results and statuses (protocol/fused.md).
import { describe, expect, test } from "vitest";
import { postFile } from "../../../entrypoint/protocol/index.ts";
import { boot, exitOf, type Given, posted, statusAt, World } from "../_world.ts";

const refs = (more: object = {}) =>
  JSON.stringify({ a: { results: "/tasks/a", posts: [postFile(0)], ...more }, "": { posts: [postFile(0)] } });
const FALSE = '[{"input":"a","operator":"in","values":[]}]';
const echoed = (words: string[]) => ({
  echo: ({ argv }: import("../_world.ts").Scripted) => {
    words.push(...argv.slice(1));
    return 0;
  },
});

/** Task a is step 0, Task b is steps 1 and 2. */
async function play(first: Given, second: Given, third: Given = {}) {
  const world = new World();
  world.files.makeDirectory("/tasks/a");
  const steps = [
    boot(world, 0, { task_name: "a", ...first }),
    boot(world, 1, { task_name: "b", ...second }),
    boot(world, 2, { task_name: "b", ...third }),
  ];
  const exits = await Promise.all(steps.map((step) => exitOf(world, step)));
  return { world, exits, states: [0, 1, 2].map((at) => statusAt(world, at)) };
}

describe("a Task whose `when` is false", () => {
  test("is skipped to its last step, and what comes after it runs", async () => {
    const { exits, states, world } = await play({ task_when: FALSE }, {});
    expect(exits).toEqual([0, 0, 0]);
    expect(states.map((status) => status?.state)).toEqual(["skipped", "succeeded", "succeeded"]);
    expect(states[0]).toMatchObject({ reason: "TaskSkipped", message: '"a" in [] is false' });
    expect(posted(world, 0)).toBe("done");
  });

  test("skips its own later steps the same way", async () => {
    const { states } = await play({}, { task_when: FALSE });
    expect(states.map((status) => status?.reason)).toEqual([undefined, "TaskSkipped", "TaskSkipped"]);
  });

  test("takes with it the Tasks that need its results", async () => {
    const { states } = await play(
      { task_when: FALSE },
      { task_refs: refs(), command: ["exit", "$(tasks.a.results.r)"] },
    );
    expect(states.slice(1).map((status) => status?.reason)).toEqual(["InputsSkipped", "InputsSkipped"]);
    expect(states[1]?.message).toContain('the Task "a" did not produce it');
  });

  test("takes along a Task that names the result only in a guard that is always true", async () => {
    const task_when = '[{"input":"$(tasks.a.results.r)","operator":"notin","values":[]}]';
    const { states } = await play({ task_when: FALSE }, { task_refs: refs(), task_when });
    expect(states[1]?.reason).toBe("InputsSkipped");
  });
});

test("a step that skips itself does not skip its Task", async () => {
  const { states } = await play({}, { when_expressions: FALSE });
  expect(states.map((status) => status?.state)).toEqual(["succeeded", "skipped", "succeeded"]);
});

test("a result that a Task failed to write is an invalid reference, unless its readers are in finally", async () => {
  const command = ["exit", "$(tasks.a.results.r)"];
  const broken = await play({}, { task_refs: refs(), command });
  expect(broken.states[1]).toMatchObject({ state: "setupFailed", reason: "InvalidReference" });
  const skipped = await play({}, { task_refs: refs({ missing: "skip" }), command });
  expect(skipped.states[1]).toMatchObject({ state: "skipped", reason: "InputsSkipped" });
});

test("results of other Tasks are read in words and in the environment, whole and in part", async () => {
  const words: string[] = [];
  const write = ["write", "/tasks/a/r", "text", "/tasks/a/list", '["x","y"]', "/elsewhere", '{"k":"v"}'];
  const { exits } = await play(
    { command: write },
    {
      task_refs: refs({ files: { moved: "/elsewhere" } }),
      command: ["echo", "$(tasks.a.results.r)!", "$(tasks.a.results.list[*])", "$(tasks.a.results.moved.k)"],
      programs: echoed(words),
    },
  );
  expect(exits[1]).toBe(0);
  expect(words).toEqual(["text!", "x", "y", "v"]);
});

test("without -task_refs a reference to a Task is the command's own business", async () => {
  const words: string[] = [];
  await play({}, { command: ["echo", "$(tasks.a.results.r)"], programs: echoed(words) });
  expect(words).toEqual(["$(tasks.a.results.r)"]);
});

test.each([
  [{}, "Succeeded", "Succeeded", "Succeeded"],
  [{ command: ["exit", "1"] }, "Failed", "Failed", "Failed"],
  [{ command: ["exit", "1"], on_error: "continue" }, "Succeeded", "Succeeded", "Succeeded"],
  [{ command: ["sleep", "60000"], timeout: 1_000 }, "Failed", "TaskRunTimeout", "Failed"],
  [{ task_when: FALSE }, "None", "None", "None"],
])("after %j the Task is %s (%s) and all are %s", async (first, one, reason, all) => {
  const words: string[] = [];
  const command = ["echo", "$(tasks.a.status)", "$(tasks.a.reason)", "$(tasks.status)"];
  const wait = { wait_file: [], wait_settled: [postFile(0)] };
  await play(first, { ...wait, task_refs: refs(), command, programs: echoed(words) });
  expect(words).toEqual([one, reason, all]);
});

test("a Task that was killed has failed, whatever it had recorded", async () => {
  const world = new World();
  const words: string[] = [];
  const killed = boot(world, 0, { task_name: "a", command: ["sleep", "60000"] });
  world.clock.plan(1_000, () => killed.host.kill());
  const wait = { wait_file: [], wait_settled: [postFile(0)], task_refs: refs(), programs: echoed(words) };
  expect(await exitOf(world, boot(world, 1, { ...wait, command: ["echo", "$(tasks.a.status)"] }))).toBe(0);
  expect(words).toEqual(["Failed"]);
});

describe("a script", () => {
  const script = "/tekton/scripts/script-0";
  async function run(text: string, given: Given) {
    const world = new World();
    for (const directory of [
      "/tekton/scripts",
      "/tasks/a",
      "/tekton/steps/step-s/artifacts",
      "/tekton/run/9",
    ])
      world.files.makeDirectory(directory);
    world.files.publish(script, text, 0o755);
    world.files.publish(postFile(9), "", 0o644);
    world.files.publish("/tasks/a/r", "value", 0o644);
    const provenance = '{"outputs":[{"name":"o","values":[{"uri":"u"}]}]}';
    world.files.publish("/tekton/steps/step-s/artifacts/provenance.json", provenance, 0o644);
    let ran: readonly (string | undefined)[] = [];
    const copy = "/tekton/run/0/status/script";
    const program = ({ argv, files }: import("../_world.ts").Scripted) => {
      ran = [...argv, files.read(argv[0] ?? "", 1e9)];
      return 0;
    };
    const step = boot(world, 0, {
      command: [script, "arg"],
      programs: { [script]: program, [copy]: program },
      ...given,
    });
    return { exit: await exitOf(world, step), ran, world, copy };
  }

  test("with references to Tasks runs as a private copy, where -script names it", async () => {
    const { ran, copy, world } = await run("x=$(tasks.a.results.r) $(date)", {
      task_name: "b",
      script,
      task_refs: refs(),
    });
    expect(ran).toEqual([copy, "arg", "x=value $(date)"]);
    expect(world.files.stat(copy)?.mode).toBe(0o500);
  });

  test.each<Given>([{}, { wait_file: [postFile(9)] }])(
    "with artifacts runs as a private copy, with arguments too, whatever it waits for: %j",
    async (given) => {
      const { ran, copy } = await run("x=$(steps.s.outputs.o)", given);
      expect(ran).toEqual([copy, "arg", 'x=[{"uri":"u"}]']);
    },
  );

  test("is left alone otherwise: results never become code unasked", async () => {
    const text = "x=$(steps.s.results.r) $(tasks.a.results.r)";
    const { ran } = await run(text, {});
    expect(ran).toEqual([script, "arg", text]);
  });

  test("with a list in it cannot run", async () => {
    const { exit } = await run("x=$(tasks.a.results.r[*])", { task_name: "b", script, task_refs: refs() });
    expect(exit).toBe(125);
  });
});
