// Whatever TMPDIR each of them has, of two runs side by side at least the later hides the other, or both do.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { enter } from "../../../../injector/backends/local/neighbours.ts";

let folder: string;
let registry: string;
let seen: string;
let other: string;
beforeEach(() => {
  // Not below /tmp, which no step sees anyway.
  folder = mkdtempSync(join(homedir(), ".neighbours-"));
  [registry, seen, other] = ["registry", "seen", "other"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [registry, seen, other]) mkdirSync(path);
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

test("a run lies where TMPDIR says, and hides what is there", () => {
  const run = enter(false, seen, registry);
  expect(run).toMatchObject({ parent: seen, hidden: [seen], visited: [seen] });
  expect(run.moved).toBeUndefined();
  run.leave();
  expect(readdirSync(registry)).toEqual([]);
});

test("a run with the same TMPDIR as one under way is hidden there already", () => {
  const first = enter(false, seen, registry);
  expect(enter(false, seen, registry)).toMatchObject({ parent: seen, hidden: [seen] });
  expect(first.hidden).toEqual([seen]);
});

test("a run with another TMPDIR than one under way lies where nobody sees it, and says so", () => {
  enter(false, seen, registry);
  const second = enter(false, other, registry);
  expect(second).toMatchObject({ parent: "/tmp", hidden: [seen], moved: expect.stringContaining(other) });
});

test("below /tmp a run is out of sight of all others", () => {
  enter(false, seen, registry);
  const second = enter(false, "/tmp", registry);
  expect(second).toMatchObject({ parent: "/tmp", hidden: [seen] });
  expect(second.moved).toBeUndefined();
});

test("a run from whose steps nothing can be hidden moves nobody", () => {
  enter(true, seen, registry);
  expect(enter(false, other, registry)).toMatchObject({ parent: other, hidden: [other, seen] });
});

test("once a run is over, the next goes where TMPDIR says", () => {
  enter(false, seen, registry).leave();
  expect(enter(false, other, registry)).toMatchObject({ parent: other, hidden: [other] });
});

test("the home directory, and what it lies in, is not hidden", () => {
  expect(enter(false, homedir(), registry)).toMatchObject({ parent: homedir(), hidden: [] });
});

test.each(["a b", "a\nb", "a'b", "$HOME", "a;b"])(
  "a TMPDIR with %j in it is no place for a run whose paths are in its scripts",
  (name) => {
    const odd = join(other, name);
    mkdirSync(odd);
    expect(enter(true, odd, registry)).toMatchObject({ parent: "/tmp", moved: expect.stringContaining(odd) });
    const plain = join(other, "jos\u00e9-1.2_3");
    mkdirSync(plain);
    expect(enter(true, plain, registry)).toMatchObject({ parent: plain });
    expect(enter(false, odd, registry).parent).toBe(odd);
  },
);
