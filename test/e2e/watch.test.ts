// baton watch: runs again when a file changes, goes on after mistakes, and Ctrl-C ends it with 0 in each of its states.
import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Folder, folder, taskOf } from "./_baton.ts";

/** As editors do it: whole or not at all. */
function replace({ path, write }: Folder, text: string): void {
  write("new", text);
  renameSync(join(path, "new"), join(path, "task.yaml"));
}

// A change may be seen as several: how many runs there are is not told here.
test("it runs again on each change, also after a mistake, until Ctrl-C", async () => {
  const watched = folder({ "task.yaml": taskOf({ say: "echo one" }) });
  const run = watched.start(["watch", "task.yaml", "--no-record"]);
  await run.until("run 1 succeeded; watching task.yaml");
  replace(watched, taskOf({ say: "echo two; exit 3" }));
  await run.until("failed with 3; watching");
  replace(watched, "kind: Tusk\n");
  await run.until("did not begin; watching");
  replace(watched, taskOf({ say: "echo four" }));
  await run.until("[say] four");
  run.child.kill("SIGINT");
  const { code, stdout, stderr } = await run.ended;
  expect([code, stdout, stderr]).toEqual([0, stdout, stderr]);
  for (const word of ["[say] one", "[say] two", "[say] four"]) expect(stdout).toContain(`${word}\n`);
  expect(watched.left()).toEqual([]);
});

test("Ctrl-C while something runs ends its steps, and then the watch with 0", async () => {
  const watched = folder({
    "task.yaml": taskOf({ stay: "trap 'echo cleaning up; exit 3' INT; echo ready; sleep 60 & wait" }),
  });
  const run = watched.start(["watch", "task.yaml", "--no-record"]);
  await run.until("[stay] ready");
  run.child.kill("SIGINT");
  const { code, stdout, stderr } = await run.ended;
  expect([code, stdout + stderr]).toEqual([0, expect.stringContaining("[stay] cleaning up\n")]);
  expect(stderr).not.toContain("watching");
  expect(watched.left()).toEqual([]);
});

test("what lies in a folder named by --also counts, whatever it is", async () => {
  const watched = folder({
    "task.yaml": taskOf({ say: "cat $(workspaces.src.path)/deep/x" }, "workspaces: [{name: src}]"),
    "src/deep/x": "old\n",
  });
  const run = watched.start([
    ...["watch", "task.yaml", "-w", "name=src,path=src", "--also", "src", "--no-record"],
  ]);
  await run.until("[say] old");
  await run.until("run 1 succeeded; watching");
  watched.write("src/deep/x", "new\n");
  await run.until("[say] new");
  run.child.kill("SIGTERM");
  expect((await run.ended).code).toBe(0);
});

test("standard input cannot be watched", async () => {
  const { code, stderr } = await folder().baton("watch", "-");
  expect([code, stderr]).toEqual([2, expect.stringContaining("standard input cannot be watched")]);
});
