// A step whose way is foreseen leaves what any other step leaves: the same flags are played on a host that decides ahead
// and on one that only looks, and every file, code and line is the same.
import fc from "fast-check";
import { expect, test } from "vitest";
import { main } from "../../../entrypoint/main.ts";
import { type Flags, formatFlags, metadataDir, postFile } from "../../../entrypoint/protocol/index.ts";
import { boot, exitOf, type Scripted, World } from "../_world.ts";

interface Way {
  readonly flags: Flags;
  readonly code: number;
  readonly takes: number;
  /** What the command writes. */
  readonly writes: string | undefined;
  readonly signal: { readonly name: string; readonly at: number } | undefined;
  /** How the step before it goes. */
  readonly before: { readonly code: number; readonly flags: Flags };
}

const SHARED = "/tekton/results/shared";
const OWN = `${metadataDir(1)}/results/own`;
const flags: fc.Arbitrary<Flags> = fc.record(
  {
    results: fc.constant(["shared", "other"]),
    step_results: fc.constant(["own"]),
    task_name: fc.constantFrom("task", "other"),
    wait_file_content: fc.constant(true),
    when_expressions: fc.constantFrom(
      '[{"input":"a","operator":"in","values":["a"]}]',
      '[{"input":"a","operator":"in","values":["b"]}]',
    ),
    on_error: fc.constantFrom("continue", "stopAndSucceed"),
    retries: fc.constant(1),
    timeout: fc.constant(50),
    working_dir: fc.constant("/workspace/deep"),
    compress_termination_message: fc.constant(true),
    fail_fast: fc.constant(true),
    step_name: fc.constantFrom("plain", "<the time of the turn>", "<the time by then>"),
  },
  { requiredKeys: [] },
);
const way: fc.Arbitrary<Way> = fc.record({
  flags,
  code: fc.constantFrom(0, 0, 0, 3),
  takes: fc.constantFrom(0, 7, 100),
  writes: fc.constantFrom(undefined, undefined, SHARED, OWN, `${metadataDir(1)}/exitCode`),
  signal: fc.option(
    fc.record({ name: fc.constantFrom("SIGTERM", "SIGUSR1"), at: fc.constantFrom(1, 15, 40) }),
    { nil: undefined, freq: 4 },
  ),
  before: fc.record({
    code: fc.constantFrom(0, 0, 0, 1),
    flags: fc.constantFrom<Flags>({}, { on_error: "continue" }, { task_name: "task", task_when: FALSE() }),
  }),
});

function FALSE(): string {
  return '[{"input":"a","operator":"in","values":["b"]}]';
}

test("whether a step's way is foreseen makes no difference to what it leaves", {
  timeout: 60_000,
}, async () => {
  const property = fc.asyncProperty(way, async (one) => {
    expect(await played(one, true)).toEqual(await played(one, false));
  });
  await fc.assert(property, { numRuns: 300 });
});

test("most steps are foreseen: nothing is left to be decided at the turn", async () => {
  let asked = 0;
  const plain = { code: 0, takes: 5, writes: undefined, signal: undefined, before: { code: 0, flags: {} } };
  const count = () => {
    asked++;
  };
  for (const given of [{}, { task_name: "task", results: ["r"], step_results: ["s"] }, { timeout: 10 }])
    await played({ ...plain, flags: given }, true, count);
  expect(asked).toBe(3);
});

/** Everything that the world holds when nothing can happen any more. */
async function played(one: Way, foreseen: boolean, started: () => void = () => undefined): Promise<unknown> {
  const world = new World();
  world.files.makeDirectory("/tekton/results");
  const first = boot(world, 0, { command: ["exit", String(one.before.code)], ...one.before.flags });
  const work = async ({ files, sleep }: Scripted) => {
    if (one.writes !== undefined) files.publish(one.writes, "written", 0o644);
    await sleep(one.takes);
    return one.code;
  };
  const given: Flags = {
    post_file: postFile(1),
    step_metadata_dir: metadataDir(1),
    step_name: "s1",
    termination_path: "/termination-1",
    wait_file: [postFile(0)],
    ...one.flags,
    entrypoint: "work",
  };
  const host = world.boot({ args: [...formatFlags(given), "--"], programs: { work } });
  const onlyLooks: typeof host.startWhen = (_foreseen, watch, look, cancel) =>
    host.until(watch, look, cancel);
  const counts: typeof host.startWhen = async (...words) => {
    const turn = await host.startWhen(...words);
    if (typeof turn === "object" && turn !== null && "spawned" in turn) started();
    return turn;
  };
  const exit = main({ ...host, startWhen: foreseen ? counts : onlyLooks });
  if (one.signal !== undefined) {
    const { name, at } = one.signal;
    world.clock.plan(at, () => host.raise(name));
  }
  await exitOf(world, first);
  const code = await exitOf(world, { host, exit });
  return { code, logged: host.logged, files: contents(world, "") };
}

function contents(world: World, path: string): readonly (readonly [string, unknown])[] {
  return (world.files.list(path === "" ? "/" : path) ?? []).flatMap((name) => {
    const at = `${path}/${name}`;
    if (world.files.entry(at) === "directory") return contents(world, at);
    const type = world.files.entry(at);
    const text = type === "file" ? world.files.read(at, 1 << 16) : world.boot().liveness(at);
    return [[at, { type, text, mode: world.files.stat(at)?.mode }] as const];
  });
}
