// Marks of runs: podman is asked for what killed runs have left wherever there may be any, and else not at all.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import {
  isToBeSwept,
  leaveMark,
  looked,
  marksFolder,
  takeMark,
} from "../../../../../injector/backends/containers/here/marks.ts";
import { ownName } from "../../../../../injector/backends/containers/names.ts";

const root = mkdtempSync(join(tmpdir(), "marks-"));
const folder = join(root, "deep/marks");
beforeEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The name that a run of this process has, and that of one whose process has ended. */
const alive = ownName("run", 1);
const killed = alive.replace(/[0-9a-z]+$/, () => (spawnSync("true").pid ?? 0).toString(36));

test("podman is asked where nobody has looked, even where marks are", () => {
  expect(isToBeSwept(folder)).toBe(true);
  leaveMark(folder, alive);
  expect(isToBeSwept(folder)).toBe(true);
  looked(folder, []);
  expect(isToBeSwept(folder)).toBe(false);
});

test("a run under way is no reason to ask, one that was killed is", () => {
  looked(folder, []);
  leaveMark(folder, alive);
  expect(isToBeSwept(folder)).toBe(false);
  leaveMark(folder, killed);
  expect(isToBeSwept(folder)).toBe(true);
});

test("a mark stays until podman has nothing of its run any more", () => {
  leaveMark(folder, alive);
  leaveMark(folder, killed);
  looked(folder, [killed]);
  expect(isToBeSwept(folder)).toBe(true);
  looked(folder, []);
  expect(isToBeSwept(folder)).toBe(false);
  expect(readdirSync(folder)).toContain(alive);
  takeMark(folder, alive);
  expect(readdirSync(folder)).not.toContain(alive);
});

test("where a mark cannot be left, the next run asks", () => {
  looked(folder, []);
  mkdirSync(join(folder, "taken"));
  leaveMark(folder, "taken");
  expect(isToBeSwept(folder)).toBe(true);
});

test("where nothing can be kept, nothing fails, and every run asks", () => {
  writeFileSync(join(root, "file"), "");
  const nowhere = join(root, "file/marks");
  leaveMark(nowhere, alive);
  looked(nowhere, []);
  takeMark(nowhere, alive);
  expect(isToBeSwept(nowhere)).toBe(true);
});

test("another store has other marks", () => {
  expect(marksFolder({ XDG_STATE_HOME: root })).not.toBe(
    marksFolder({ XDG_STATE_HOME: root, CONTAINERS_STORAGE_CONF: "/other" }),
  );
});
