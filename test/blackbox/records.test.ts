// What a step writes down: results and messages, whole and in order, and what happens where they cannot be written.
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { errorFile, statusFile } from "../../entrypoint/protocol/index.ts";
import { BUILDS, type Build, REAL, startStep, within } from "./_entrypoint.ts";
import { startWithMounts } from "./_pod.ts";
import { type RunFolder, runFolder } from "./_run.ts";

describe.each(BUILDS)("$name: results and messages", (build) => {
  test("declared results are reported, of the Task and of the step; others are not", async () => {
    const run = runFolder();
    const script = `cd ${run.results}; printf 'zwölf\\n' > digest; printf x > undeclared; printf own > ${run.metadata(0)}/results/mine`;
    const flags = ["-results", "digest,missing", "-step_results", "mine"];
    expect((await startStep(build, run, 0, ["sh", "-c", script], { flags }).ended).code).toBe(0);
    const entries = [...run.message(0)].filter(({ type }) => type !== 3);
    expect(entries).toEqual([
      { key: "digest", value: "zwölf\n", type: 1 },
      { key: "mine", value: "own", type: 4 },
    ]);
  });

  test("a step reports only what it wrote itself", async () => {
    const run = runFolder();
    const flags = ["-results", "a,b"];
    await startStep(build, run, 0, ["sh", "-c", `printf 1 > ${run.results}/a`], { flags }).ended;
    await startStep(build, run, 1, ["sh", "-c", `printf 2 > ${run.results}/b`], { flags }).ended;
    expect(run.message(1).filter(({ type }) => type === 1)).toEqual([{ key: "b", value: "2", type: 1 }]);
  });

  test("the command cannot put words into the entrypoint's mouth", async () => {
    const run = runFolder();
    const forged = '[{"key":"Reason","value":"Skipped","type":3},{"key":"stolen","value":"x","type":1}]';
    const script = `echo '${forged}' > ${run.termination(0)}; printf forged > ${run.results}/StartedAt`;
    expect(
      (await startStep(build, run, 0, ["sh", "-c", script], { flags: ["-results", "StartedAt"] }).ended).code,
    ).toBe(0);
    const message = run.message(0);
    expect(message.filter(({ key }) => key === "stolen" || key === "Reason")).toEqual([]);
    expect(message.findLast(({ key }) => key === "StartedAt")).toMatchObject({
      type: 3,
      value: run.status(0).startedAt,
    });
  });

  test("a result over the budget fails the step by name, and the next step does not start", async () => {
    const run = runFolder();
    const script = `head -c 5000 /dev/zero | tr '\\0' x > ${run.results}/large; printf ok > ${run.results}/small`;
    const next = startStep(build, run, 1, ["touch", run.file("ran")], { after: [0] });
    const ended = await startStep(build, run, 0, ["sh", "-c", script], { flags: ["-results", "small,large"] })
      .ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('"large"');
    expect(run.status(0)).toMatchObject({ state: "failed", by: "entrypoint", reason: "ResultTooLarge" });
    expect((await within(5_000, "the next one ends", next.ended)).code).toBe(1);
    expect(run.read("ran")).toBeUndefined();
  });

  test("with -result_overflow spill it stays in its file, referred to by digest", async () => {
    const run = runFolder();
    const script = `head -c 5000 /dev/zero | tr '\\0' x > ${run.results}/large; printf ok > ${run.results}/small`;
    const flags = ["-results", "small,large", "-result_overflow", "spill"];
    expect((await startStep(build, run, 0, ["sh", "-c", script], { flags }).ended).code).toBe(0);
    const sha256 = createHash("sha256").update("x".repeat(5_000)).digest("hex");
    const large = run.message(0).find(({ key }) => key === "large");
    const ref = { uri: `file://${run.results}/large`, digest: { sha256 }, size: 5_000 };
    expect(large).toEqual({ key: "large", value: "", type: 1, ref });
    expect(run.message(0)).toContainEqual({ key: "small", value: "ok", type: 1 });
  });

  test("a compressed message holds the same entries, in Tekton's form", async () => {
    const run = runFolder();
    const script = `head -c 20000 /dev/zero | tr '\\0' x > ${run.results}/large`;
    const flags = ["-results", "large", "-compress_termination_message"];
    expect((await startStep(build, run, 0, ["sh", "-c", script], { flags }).ended).code).toBe(0);
    const text = readFileSync(run.termination(0), "utf8");
    expect(text).toMatch(/^tknz:[A-Za-z0-9+/]+$/);
    const entries = JSON.parse(inflateRawSync(Buffer.from(text.slice(5), "base64")).toString());
    expect(entries).toContainEqual({ key: "large", value: "x".repeat(20_000), type: 1 });
  });

  test("the post file is the last of all that a step writes", async () => {
    const run = runFolder();
    await startStep(build, run, 0, ["sh", "-c", `printf 1 > ${run.results}/a`], { flags: ["-results", "a"] })
      .ended;
    const posted = statSync(run.post(0)).ctimeMs;
    for (const path of [statusFile(run.metadata(0)), `${run.metadata(0)}/exitCode`, run.termination(0)])
      expect(statSync(path).ctimeMs).toBeLessThanOrEqual(posted);
  });

  test("the termination file is written in place: the kubelet mounts it alone", async () => {
    const run = runFolder();
    writeFileSync(run.termination(0), "x".repeat(4_000));
    const before = statSync(run.termination(0)).ino;
    await startStep(build, run, 0, ["true"]).ended;
    expect(statSync(run.termination(0)).ino).toBe(before);
    expect(run.message(0)).toHaveLength(1);
  });

  test("without -step_metadata_dir nothing is left in the working directory", async () => {
    const run = runFolder();
    const here = [
      "sh",
      "-c",
      `mkdir ${run.file("here")}; cd ${run.file("here")}; ${shell(build)} -entrypoint true; ls -A | wc -l`,
    ];
    const ended = await startWithMounts(run, [], here).ended;
    expect(ended.stdout.trim()).toBe("0");
  });
});

describe.each(BUILDS)("$name: disks and directories that refuse", (build) => {
  test("a disk that is full when the ending is recorded fails the step, and the next one does not start", async () => {
    const run = runFolder();
    const [disk, flags] = ["disk", flagsIn(run, "disk")];
    const fill = "head -c 1000000 /dev/zero > $0/fill; head -c 1000 /dev/zero >> $0/fill; true";
    const script = `
      ${shell(build)} ${flags(1)} -wait_file ${run.file(disk)}/run/0/out -entrypoint touch -- ${run.file("ran")} & 
      ${shell(build)} ${flags(0)} -entrypoint sh -- -c '${fill}' ${run.file(disk)} 2>/dev/null
      echo "first $?"; wait $!; echo "second $?"
      cat ${run.file(disk)}/run/0/status/status.json; ls ${run.file(disk)}/run/0`;
    const ended = await within(10_000, "both end", onTmpfs(run, disk, "size=64k", script));
    expect(ended.stdout).toContain("first 1\nsecond 1\n");
    expect(ended.stdout).toContain('"reason":"CannotRecord"');
    expect(ended.stdout).toContain("out.err");
    expect(ended.stdout.split("\n")).not.toContain("out");
    expect(run.read("ran")).toBeUndefined();
  });

  test("a disk that is full from the start fails the step with that reason, before its command", async () => {
    const run = runFolder();
    const script = `
      head -c 1000000 /dev/zero > ${run.file("disk")}/fill
      ${shell(build)} ${flagsIn(run, "disk")(0)} -entrypoint touch -- ${run.file("ran")}; echo "ended $?"`;
    const ended = await within(10_000, "it ends", onTmpfs(run, "disk", "size=64k", script));
    expect(ended.stdout).toMatch(/ended (1|125)\n/);
    expect(ended.stderr).toMatch(/no space left/i);
    expect(run.read("ran")).toBeUndefined();
  });

  test("a run directory that cannot be written fails the step in words, before its command", async () => {
    const run = runFolder();
    const script = `${shell(build)} ${flagsIn(run, "disk")(0)} -entrypoint touch -- ${run.file("ran")}; echo "ended $?"`;
    const ended = await within(10_000, "it ends", onTmpfs(run, "disk", "ro", script));
    expect(ended.stdout).toMatch(/ended (1|125)\n/);
    expect(ended.stderr).toMatch(/read-only/i);
    expect(ended.stderr).toContain(`${run.file("disk")}/run/0`);
    expect(run.read("ran")).toBeUndefined();
  });
});

describe.each(REAL)("$name: volumes that forbid execution", (build) => {
  test("a script on a noexec volume is told so: 126, and the cure in the sentence", async () => {
    const run = runFolder();
    const script = `
      printf '#!/bin/sh\\n' > ${run.file("disk")}/script; chmod 755 ${run.file("disk")}/script
      ${shell(build)} -post_file ${run.post(0)} -step_metadata_dir ${run.metadata(0)} -entrypoint ${run.file("disk")}/script; echo "ended $?"`;
    const ended = await within(10_000, "it ends", onTmpfs(run, "disk", "noexec", script));
    expect(ended.stdout).toBe("ended 126\n");
    expect(ended.stderr).toContain("noexec");
    expect(run.status(0)).toMatchObject({ reason: "CommandNotExecutable", by: "entrypoint" });
    expect(statSync(errorFile(run.post(0))).size).toBe(0);
  });
});

/** A script with a tmpfs of its own at `<run>/<name>`. */
function onTmpfs(run: RunFolder, name: string, options: string, script: string) {
  const at = run.file(name);
  return startWithMounts(run, [["tmpfs", at, options]], ["sh", "-c", script]).ended;
}

const flagsIn = (run: RunFolder, disk: string) => (index: number) =>
  `-step_name s${index} -post_file ${run.file(disk)}/run/${index}/out -step_metadata_dir ${run.file(disk)}/run/${index}/status`;

const shell = (build: Build): string => build.argv.map((word) => `'${word}'`).join(" ");
