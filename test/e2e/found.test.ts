// Without a file: what lies here is taken, in one order, and said.
import { expect, test } from "vitest";
import { folder, taskOf } from "./_baton.ts";

test("baton.yaml comes before .tekton, which is a folder", async () => {
  const { baton, write } = folder({ ".tekton/task.yaml": taskOf({ say: "echo from .tekton" }) });
  const first = await baton("run", "--no-record");
  expect(first.stderr + first.stdout).toMatch(/this is \.tekton\n(.*\n)*\[say\] from \.tekton\n/);
  write("baton.yaml", taskOf({ say: "echo from baton.yaml" }));
  const second = await baton("run", "--no-record");
  expect(second.stderr + second.stdout).toMatch(/this is baton\.yaml, and not \.tekton\n/);
  expect(second.stdout).toContain("[say] from baton.yaml\n");
  expect((await baton("validate")).stderr).toContain("nothing is wrong with");
});

test("where nothing lies, nothing is run", async () => {
  const { code, stderr } = await folder().baton("plan");
  expect([code, stderr]).toEqual([2, expect.stringContaining("cure: name one: baton plan FILE")]);
});
