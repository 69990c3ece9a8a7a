// What a container makes for itself before it waits (`-layout`): its script, and links to the steps of its Task.
import { expect, test } from "vitest";
import { boot, bootArguments, exitOf, posted, statusAt, World } from "../_world.ts";

const SCRIPT = "/tekton/run/0/scripts/script-0";
const layout = (over: object = {}) =>
  JSON.stringify({
    protocol: 1,
    directories: [],
    files: [{ path: SCRIPT, mode: 0o555, base64: Buffer.from("#!/bin/sh\n").toString("base64") }],
    links: [{ path: "/tekton/run/0/steps/step-a", target: "/tekton/run/0/status" }],
    ...over,
  });

test("is there when the command runs, and again for each attempt", async () => {
  const world = new World();
  const seen: unknown[] = [];
  const look = () => {
    seen.push([world.files.stat(SCRIPT)?.mode, world.files.readLink("/tekton/run/0/steps/step-a")]);
    world.files.remove(SCRIPT);
    return seen.length === 1 ? 1 : 0;
  };
  const again = { task_retries: 1, task_end: "/tekton/run/0/out" };
  const step = boot(world, 0, { command: ["look"], programs: { look }, layout: layout(), ...again });
  expect(await exitOf(world, step)).toBe(0);
  expect(seen).toEqual(Array(2).fill([0o555, "/tekton/run/0/status"]));
});

test.each([
  ["no JSON", "{"],
  ["another protocol", layout({ protocol: 2 })],
  ["no layout", layout({ files: [{ path: 1 }] })],
])("%s is an ending that others are told", async (_what, text) => {
  const world = new World();
  expect(await exitOf(world, boot(world, 0, { layout: text }))).toBe(125);
  expect(statusAt(world, 0)).toMatchObject({ state: "setupFailed", reason: "CannotPrepare" });
  expect(posted(world, 0)).toBe("error");
});

test("a sidecar makes its own, too", async () => {
  const world = new World();
  const words = ["sidecar", "-layout", layout(), "-entrypoint", "true", "--"];
  expect(await exitOf(world, bootArguments(world, words))).toBe(0);
  expect(world.files.stat(SCRIPT)).toMatchObject({ mode: 0o555 });
});
