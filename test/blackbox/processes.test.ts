// The process that a command runs in, and what the entrypoint does for it as PID 1 or subreaper.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BUILDS, NATIVE, REAL, startProgram, startStep, waitFor, within } from "./_entrypoint.ts";
import { runFolder } from "./_run.ts";

describe.each(BUILDS)("$name: the command's process", (build) => {
  test("it leads its own process group, reads /dev/null, and gets no open files of the entrypoint's", async () => {
    const run = runFolder();
    const script = "ps -o pgid= -p $$; echo $$; readlink /proc/self/fd/0; exec ls -m /proc/self/fd";
    const [group, pid, input, files] = (
      await startStep(build, run, 0, ["sh", "-c", script]).ended
    ).stdout.split("\n");
    expect(group?.trim()).toBe(pid);
    expect(input).toBe("/dev/null");
    const plain = (await startProgram(run, ["sh", "-c", script]).ended).stdout.split("\n");
    expect(files).toBe(plain[3]);
  });

  test("it gets the words, the environment and the directory that the entrypoint was given", async () => {
    const run = runFolder();
    mkdirSync(run.file("here"));
    const words = ["", "a b", "$HOME", "*", "zwölf", "--", "-x", 'it\'s "quoted"'];
    const environment = { ONE: "1", EMPTY: "", EQUALS: "a=b", TEXT: "zwölf\nlines" };
    const script = 'pwd; env -0 | sort -z | tr "\\0" ";"; echo; printf "<%s>" "$@"';
    const options = { environment, cwd: run.file("here") };
    const ended = await startStep(build, run, 0, ["sh", "-c", script, "name", ...words], options).ended;
    expect(ended.stdout.split("\n")[0]).toBe(run.file("here"));
    for (const [name, value] of Object.entries(environment))
      expect(`;${ended.stdout}`).toContain(`${name}=${value};`);
    expect(ended.stdout).toContain(words.map((word) => `<${word}>`).join(""));
  });

  test("argv[0] is the word that was given, not the file that was found", async () => {
    const run = runFolder();
    expect((await startStep(build, run, 0, ["cat", "/proc/self/cmdline"]).ended).stdout).toBe(
      "cat\0/proc/self/cmdline\0",
    );
  });

  test("it is looked up in the PATH of the step", async () => {
    const run = runFolder();
    mkdirSync(run.file("bin"));
    writeFileSync(run.file("bin/mine"), "#!/bin/sh\nexit 42\n");
    chmodSync(run.file("bin/mine"), 0o755);
    const environment = { PATH: `${run.file("bin")}:${process.env["PATH"]}` };
    expect((await startStep(build, run, 0, ["mine"], { environment }).ended).code).toBe(42);
  });

  test("its output is passed on as it is, and the entrypoint adds nothing to it", async () => {
    const run = runFolder();
    const ended = await startStep(build, run, 0, ["sh", "-c", "printf 'no newline'; printf 'err' >&2"]).ended;
    expect(ended).toMatchObject({ stdout: "no newline", stderr: "err" });
  });

  test("a terminal is kept", async () => {
    const run = runFolder();
    const words = [...build.argv, "-entrypoint", "sh", "--", "-c", "test -t 0 && test -t 1 && echo terminal"];
    const command = words.map((word) => `'${word}'`).join(" ");
    const ended = await startProgram(run, ["script", "-qec", command, "/dev/null"]).ended;
    expect(ended).toMatchObject({ code: 0, stdout: "terminal\r\n" });
  });

  test("a copy of each stream is appended to its file, and nothing is lost at the end", async () => {
    const run = runFolder();
    writeFileSync(run.file("out"), "before\n");
    const flags = ["-stdout_path", run.file("out"), "-stderr_path", run.file("deep/down/err")];
    const ended = await startStep(build, run, 0, ["sh", "-c", "seq 1 20000; echo problem >&2"], { flags })
      .ended;
    expect(ended.code).toBe(0);
    expect(ended.stdout.split("\n").at(-2)).toBe("20000");
    expect(run.read("out")).toBe(`before\n${ended.stdout}`);
    expect(ended.stderr).toBe("problem\n");
    expect(run.read("deep/down/err")).toBe("problem\n");
  });

  test("both streams may go to one file, and /dev/stdout can be opened", async () => {
    const run = runFolder();
    const flags = ["-stdout_path", run.file("log"), "-stderr_path", run.file("log")];
    const script = "echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three > /dev/stdout";
    const ended = await startStep(build, run, 0, ["sh", "-c", script], { flags }).ended;
    expect(ended).toMatchObject({ code: 0, stdout: "one\nthree\n", stderr: "two\n" });
    expect(run.read("log")).toBe("one\ntwo\nthree\n");
  });

  test("a grandchild that holds the stream cannot delay the end, nor a timeout", async () => {
    const run = runFolder();
    const flags = ["-stdout_path", run.file("log"), "-timeout", "300ms", "-grace_period", "100ms"];
    // setsid: out of reach of a signal to the group.
    const hold = "setsid sleep 20 & echo said";
    const quick = startStep(build, run, 0, ["sh", "-c", hold], { flags });
    const slow = startStep(build, run, 1, ["sh", "-c", `${hold}; sleep 20`], { flags });
    expect((await within(5_000, "the first ends", quick.ended)).code).toBe(0);
    expect((await within(5_000, "the second ends", slow.ended)).code).toBe(124);
    expect(run.read("log")).toBe("said\nsaid\n");
  });

  test("a tee of many megabytes is whole on both sides", async () => {
    const run = runFolder();
    const flags = ["-stdout_path", run.file("copy")];
    const script = "head -c 20000000 /dev/zero | tr '\\0' x";
    const argv = [...build.argv, ...flags, "-entrypoint", "sh", "--", "-c", script].map(
      (word) => `'${word.replaceAll("'", `'\\''`)}'`,
    );
    const ended = await startProgram(run, [
      "sh",
      "-c",
      `${argv.join(" ")} | sha256sum; sha256sum < ${run.file("copy")}; sh -c "${script.replaceAll("\\0", "\\\\0")}" | sha256sum`,
    ]).ended;
    const [passed, copied, expected] = ended.stdout.trim().split("\n");
    expect([passed, copied]).toEqual([expected, expected]);
  });
});

describe.each(BUILDS)("$name: as PID 1", (build) => {
  const asInit = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"];

  test.each([0, 3, 255])("the exit code %i is passed on", async (code) => {
    const run = runFolder();
    const ended = await startProgram(run, [
      ...asInit,
      ...build.argv,
      "-entrypoint",
      "sh",
      "--",
      "-c",
      `exit ${code}`,
    ]).ended;
    expect(ended.code).toBe(code);
  });

  test("SIGTERM, which PID 1 would ignore by default, ends a command that does not expect it", async () => {
    const run = runFolder();
    const script = `trap "" USR1; echo up > ${run.file("up")}; sleep 34`;
    const argv = [...asInit, ...build.argv, "-entrypoint", "sh", "--", "-c", script];
    const outer = startProgram(run, argv);
    await waitFor("the command runs", () => run.read("up") !== undefined);
    process.kill(childOf(outer.pid), "SIGTERM");
    const ended = await within(10_000, "it ends", outer.ended);
    expect(ended.code).toBe(143);
  });
});

describe.each(REAL.filter(({ node }) => node))("$name: without mkfifo", (build) => {
  test("a step runs; a copy of a stream is refused in words", async () => {
    const run = runFolder();
    mkdirSync(run.file("bin"));
    symlinkSync("/bin/true", run.file("bin/true"));
    const environment = { PATH: run.file("bin") };
    const plain = await startStep(build, run, 0, ["true"], { environment }).ended;
    expect(plain.code).toBe(0);
    expect(plain.stderr).toBe("");
    const flags = ["-stdout_path", run.file("copy")];
    const copied = await startStep(build, run, 1, ["true"], { environment, flags }).ended;
    expect(copied.code).toBe(125);
    expect(copied.stderr).toContain("mkfifo: no such file");
  });
});

describe.each(NATIVE)("$name: orphans", (build) => {
  /** Two stages: the parent ends at once, its child is adopted, ends later, and must not stay as a zombie. */
  const ORPHANS = `
    for i in 1 2 3; do (sh -c 'sleep 0.1 & exit 0' &); done
    (sh -c 'sleep 35 & echo $! > "$0"' "$1" &)
    sleep 0.4
    for stat in /proc/[0-9]*/stat; do cat $stat 2>/dev/null; done`;

  test("as a subreaper it adopts them and reaps them", async () => {
    const run = runFolder();
    const step = startStep(build, run, 0, ["sh", "-c", ORPHANS, "name", run.file("orphan")]);
    const children = childrenOf(step.pid, (await step.ended).stdout);
    expect(children.filter(({ state }) => state === "Z")).toEqual([]);
    expect(children.map(({ pid }) => pid)).toContain(Number(run.read("orphan")));
  });

  test("as PID 1 it adopts them and reaps them", async () => {
    const run = runFolder();
    const asInit = [
      "unshare",
      "--user",
      "--map-root-user",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
    ];
    const argv = [
      ...asInit,
      ...build.argv,
      "-entrypoint",
      "sh",
      "--",
      "-c",
      ORPHANS,
      "name",
      run.file("orphan"),
    ];
    const children = childrenOf(1, (await startProgram(run, argv).ended).stdout);
    expect(children.filter(({ state }) => state === "Z")).toEqual([]);
    expect(children.map(({ pid }) => pid)).toContain(Number(run.read("orphan")));
  });

  test("an orphan's end is not taken for the command's", async () => {
    const run = runFolder();
    const script = "(sh -c 'sh -c \"sleep 0.05; exit 77\" & exit 78' &); sleep 0.3; exit 5";
    expect((await startStep(build, run, 0, ["sh", "-c", script]).ended).code).toBe(5);
  });
});

/** The only child of a process. */
const childOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);

interface Child {
  readonly pid: number;
  readonly state: string;
}

/** From the lines of /proc/<pid>/stat: pid (comm) state ppid … */
function childrenOf(parent: number, stats: string): Child[] {
  return stats.split("\n").flatMap((line) => {
    const found = /^(\d+) \(.*\) (\S) (\d+) /.exec(line);
    return found !== null && Number(found[3]) === parent
      ? [{ pid: Number(found[1]), state: found[2] ?? "" }]
      : [];
  });
}
