// What `make install` puts on a machine, and what `baton completion` prints, in real shells.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, ROOT, taskOf } from "./_baton.ts";

test("make install: the command runs from its place, with its manual and completions beside it", () => {
  const { path, write } = folder();
  write("task.yaml", taskOf({ one: "echo installed" }));
  execFileSync("make", ["--no-print-directory", "install", `PREFIX=${path}/usr`], {
    cwd: ROOT,
    stdio: "pipe",
  });
  const env = { ...process.env, BATON_RUNS: join(path, ".runs") };
  const said = execFileSync(join(path, "usr/bin/baton"), ["run", "task.yaml"], {
    cwd: path,
    encoding: "utf8",
    env,
  });
  expect(said).toContain("[one] installed");
  expect(readFileSync(join(path, "usr/share/man/man1/baton.1"), "utf8")).toMatch(/^\.TH BATON 1/);
  for (const file of ["bash-completion/completions/baton", "zsh/site-functions/_baton"])
    expect(existsSync(join(path, "usr/share", file))).toBe(true);
});

test.each([
  [["baton", "gra"], "graph"],
  [["baton", "run", "--on", "pod"], "podman"],
  [["baton", "run", "--time"], "--timestamps"],
  [["baton", "validate", "tas"], "task.yaml"],
])("bash completes %j", async (words, completed) => {
  const { path, write, baton } = folder();
  write("task.yaml");
  const { stdout } = await baton("completion", "bash");
  const script = `${stdout}\nCOMP_WORDS=("$@") COMP_CWORD=$(($#-1))\n_baton\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = execFileSync("bash", ["-c", script, "bash", ...words], { cwd: path, encoding: "utf8" });
  expect(said.trim().split("\n")).toEqual([completed]);
});
