import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isAlive, ownerOf } from "../../../../injector/backends/host/owner.ts";

test("this process is alive", () => {
  expect(isAlive(ownerOf(process.pid))).toBe(true);
});

test("a process that has ended is not", async () => {
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  const owner = ownerOf(child.pid ?? 0);
  expect(isAlive(owner)).toBe(true);
  child.stdin.end();
  await once(child, "exit");
  expect(isAlive(owner)).toBe(false);
});

test("another process with the same number is not the owner", () => {
  expect(isAlive({ ...ownerOf(process.pid), started: "1" })).toBe(false);
});

test("what counts in another pid namespace cannot be judged, and is left alone", () => {
  expect(isAlive({ ...ownerOf(process.pid), pid: 999_999, namespace: "pid:[1]" })).toBe(true);
});
