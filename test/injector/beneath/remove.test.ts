// A tree is removed whatever a step has made of it, and nothing beside it.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { removeTree, removeTreeSync } from "../../../injector/beneath/remove.ts";

let folder: string;
let top: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "remove-"));
  top = join(folder, "top");
  mkdirSync(top);
  onTestFinished(() => removeTree(folder));
});

/** Deeper than a path can say (4,096 bytes). */
const DEEP = `
import os, sys
os.chdir(sys.argv[1])
for i in range(1000):
    os.mkdir("dddd"); os.symlink("/", "link"); open("file", "w"); os.chdir("dddd")
`;

test.each([
  ["in time", removeTree],
  ["at once", removeTreeSync],
])("1,000 levels are removed %s, links not followed", async (_when, remove) => {
  execFileSync("python3", ["-c", DEEP, top]);
  await remove(top);
  expect(readdirSync(folder)).toEqual([]);
});

test("names that the removal itself would use, and directories that nobody may enter", async () => {
  execFileSync("python3", ["-c", DEEP, top]);
  for (const name of [".moved-1", ".moved-2", "a"])
    mkdirSync(join(top, name, ".moved-1/.moved-3"), { recursive: true });
  writeFileSync(join(folder, "beside"), "");
  symlinkSync("../beside", join(top, "a/link"));
  chmodSync(join(top, "a"), 0);
  await removeTree(top);
  expect(existsSync(top)).toBe(false);
  expect(readdirSync(folder)).toEqual(["beside"]);
});

test("what is not there is removed already", async () => {
  await removeTree(join(folder, "nowhere"));
  removeTreeSync(join(folder, "nowhere"));
});
