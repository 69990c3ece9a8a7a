// init, cp, step-init, decode-script: what an init container does, once or again.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, test } from "vitest";
import { BUILDS, start, startProgram, waitFor } from "./_entrypoint.ts";
import { startInPod } from "./_pod.ts";
import { runFolder } from "./_run.ts";

describe.each(BUILDS)("$name: subcommands", (build) => {
  const program = build.argv.at(-1) ?? "";

  test("cp puts a copy in place that every user can read and run, again and again", async () => {
    const run = runFolder();
    const copy = run.file("copy");
    writeFileSync(copy, "x".repeat(statSync(program).size + 1_000));
    for (let times = 0; times < 2; times++) {
      expect(await start(build, run, ["cp", program, copy]).ended).toMatchObject({ code: 0 });
      expect(readFileSync(copy).equals(readFileSync(program))).toBe(true);
      expect(statSync(copy).mode & 0o7777).toBe(0o555);
    }
    expect(readdirSync(run.path).sort()).toEqual(["copy", "results", "steps"]);
  });

  test("cp replaces a copy that is running", async () => {
    const run = runFolder();
    const copy = run.file("copy");
    await start(build, run, ["cp", program, copy]).ended;
    const running = startProgram(run, [
      ...build.argv.slice(0, -1),
      copy,
      "-entrypoint",
      "sh",
      "--",
      "-c",
      `echo > ${run.file("up")}; sleep 0.3`,
    ]);
    await waitFor("it runs", () => run.read("up") !== undefined);
    expect(await start(build, run, ["cp", program, copy]).ended).toMatchObject({ code: 0 });
    expect((await running.ended).code).toBe(0);
  });

  test("confined ends as its command does; alone it says whether the kernel keeps that", async () => {
    const run = runFolder();
    const confined = (...words: readonly string[]) => start(build, run, ["confined", ...words]).ended;
    expect(await confined("--", "sh", "-c", "echo said; exit 7")).toMatchObject({
      code: 7,
      stdout: "said\n",
    });
    expect(await confined("--", "sh", "-c", "kill -9 $$")).toMatchObject({ code: 137 });
    expect(await confined("--", "no-such-command")).toMatchObject({ code: 127 });
    expect([0, 3]).toContain((await confined()).code);
  });

  test("a copy works as the original does", async () => {
    const run = runFolder();
    await start(build, run, ["cp", program, run.file("bin-copy")]).ended;
    const argv = [
      ...build.argv.slice(0, -1),
      run.file("bin-copy"),
      "-entrypoint",
      "sh",
      "--",
      "-c",
      "exit 9",
    ];
    expect((await startProgram(run, argv).ended).code).toBe(9);
  });

  test("what cannot be copied fails with 1, in words", async () => {
    const run = runFolder();
    const ended = await start(build, run, ["cp", run.file("none"), run.file("copy")]).ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(run.file("none"));
    expect((await start(build, run, ["cp", program]).ended).code).toBe(2);
  });

  test("init copies and links the steps, by name and by number, again and again", async () => {
    const run = runFolder();
    mkdirSync(run.file("tekton/bin"), { recursive: true });
    for (let times = 0; times < 2; times++) {
      const ended = await startInPod(run, [
        ...build.argv,
        "init",
        program,
        "/tekton/bin/entrypoint",
        "step-a",
        "step-b",
      ]).ended;
      expect(ended).toMatchObject({ code: 0 });
    }
    expect(readFileSync(run.file("tekton/bin/entrypoint")).equals(readFileSync(program))).toBe(true);
    expect(readdirSync(run.file("tekton/steps")).sort()).toEqual(["0", "1", "step-a", "step-b"]);
    for (const [link, target] of [
      ["step-a", 0],
      ["0", 0],
      ["step-b", 1],
      ["1", 1],
    ] as const)
      expect(readlinkSync(run.file(`tekton/steps/${link}`))).toBe(`/tekton/run/${target}/status`);
  });

  test("decode-script decodes in place, keeps the mode, and does nothing the second time", async () => {
    const run = runFolder();
    const script = "#!/bin/sh\necho $(params.x) 'zwölf' \u0001\n";
    const file = run.file("script");
    writeFileSync(file, Buffer.from(script).toString("base64"));
    chmodSync(file, 0o751);
    for (let times = 0; times < 2; times++) {
      expect(await start(build, run, ["decode-script", file]).ended).toMatchObject({ code: 0 });
      expect(readFileSync(file, "utf8")).toBe(script);
      expect(statSync(file).mode & 0o777).toBe(0o751);
    }
    expect((await start(build, run, ["decode-script", run.file("none")]).ended).code).toBe(1);
  });

  test("words after -- are never a subcommand", async () => {
    const run = runFolder();
    const words = ["-entrypoint", "echo", "--", "cp", "a", "b"];
    expect(await start(build, run, words).ended).toMatchObject({ code: 0, stdout: "cp a b\n" });
  });
});
