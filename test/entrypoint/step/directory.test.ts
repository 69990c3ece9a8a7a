// The working directory of a step, made and entered when its turn has come (protocol/fused.md, "Working directories").
import { expect, test } from "vitest";
import { boot, exitOf, posted, type Scripted, statusAt, World } from "../_world.ts";

const SUB = "/workspace/source/sub";

/** Remembers where it was started. */
function where() {
  const started: string[] = [];
  return { started, programs: { here: ({ directory }: Scripted) => started.push(directory) - 1 } };
}

test("it is made when the turn has come, not before", async () => {
  const world = new World();
  const { started, programs } = where();
  const second = boot(world, 1, { command: ["here"], programs, working_dir: SUB });
  let before: unknown = "not asked";
  const look = () => {
    before = world.files.stat(SUB);
    return 0;
  };
  const first = boot(world, 0, { command: ["look"], programs: { look } });
  expect([await exitOf(world, first), await exitOf(world, second)]).toEqual([0, 0]);
  expect(before).toBeUndefined();
  expect(started).toEqual([SUB]);
  expect(world.files.stat(SUB)).toMatchObject({ type: "directory", mode: 0o755 });
});

test("one that is there is entered as it is, through links", async () => {
  const world = new World();
  const { started, programs } = where();
  world.files.makeDirectory("/workspace/source/real", 0o700);
  world.files.link(SUB, "real");
  expect(await exitOf(world, boot(world, 0, { command: ["here"], programs, working_dir: SUB }))).toBe(0);
  expect(started).toEqual(["/workspace/source/real"]);
  expect(world.files.stat(SUB)?.mode).toBe(0o700);
});

test("without the flag the command starts where its container did", async () => {
  const world = new World();
  const { started, programs } = where();
  await exitOf(world, boot(world, 0, { command: ["here"], programs }));
  expect(started).toEqual(["/"]);
});

test("a step that is skipped makes nothing", async () => {
  const world = new World();
  const when = JSON.stringify([{ input: "a", operator: "in", values: ["b"] }]);
  await exitOf(world, boot(world, 0, { when_expressions: when, working_dir: SUB }));
  expect(world.files.stat(SUB)).toBeUndefined();
});

test.each([
  ["a file in its place", (world: World) => world.files.publish(SUB, "", 0o644), undefined],
  ["a volume that cannot be written", () => undefined, "makeDirectory"],
  ["a directory that may not be entered", () => undefined, "enter"],
])("%s: the step is not started, and says why", async (_what, put, refused) => {
  const world = new World();
  world.files.makeDirectory("/workspace/source");
  put(world);
  const fault = (operation: string, path: string) =>
    operation === refused && path === SUB ? "EACCES" : undefined;
  expect(await exitOf(world, boot(world, 0, { fault, working_dir: SUB }))).toBe(125);
  expect(posted(world, 0)).toBe("error");
  expect(statusAt(world, 0)).toMatchObject({
    state: "failed",
    by: "entrypoint",
    reason: "CannotPrepare",
    exitCode: 125,
  });
  expect(statusAt(world, 0)?.message).toContain(`the working directory ${SUB} cannot be entered: `);
});

test("a directory that cannot be entered is a failure that may be tolerated", async () => {
  const world = new World();
  world.files.publish("/workspace", "", 0o644);
  expect(await exitOf(world, boot(world, 0, { working_dir: SUB, on_error: "continue" }))).toBe(0);
  expect(posted(world, 0)).toBe("done");
  expect(statusAt(world, 0)).toMatchObject({ state: "failed", tolerated: true, exitCode: 125 });
});
