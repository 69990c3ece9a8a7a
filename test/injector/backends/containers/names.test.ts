import { expect, test } from "vitest";
import { isOrphan, ownName } from "../../../../injector/backends/containers/names.ts";

test("a name is a DNS label, another for each run, whatever the run is called", () => {
  const names = [1, 2].map((count) => ownName(`a-very-long-name-${"x".repeat(40)}`, count));
  for (const name of names) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  expect(new Set(names).size).toBe(2);
});

test("a run under way is nobody's leavings", () => {
  expect(isOrphan(ownName("demo", 1))).toBe(false);
});

test("a run whose process has gone is", () => {
  const name = ownName("demo", 1);
  const gone = name.replace(/-[0-9a-z]+-[0-9a-z]+$/, "-1-zzzz");
  expect(isOrphan(gone)).toBe(true);
});

test("a process id that somebody else has got by now does not count as its owner", () => {
  const pid = process.pid.toString(36);
  expect(isOrphan(ownName("demo", 1).replace(/-[0-9a-z]+-[0-9a-z]+$/, `-1-${pid}`))).toBe(true);
});

test("a run that is kept is nobody's leavings either, when its process has gone", () => {
  const name = ownName("demo", 1, true);
  expect(isOrphan(name.replace(/-[0-9a-z]+-[0-9a-z]+$/, "-1-zzzz"))).toBe(false);
});

test.each(["", "web", "my-baton-project", "demo-1-baton-ffffff-1-zzzz"])(
  "%j is not ours to judge: no run, or one of another pid namespace",
  (name) => {
    expect(isOrphan(name)).toBe(false);
  },
);
