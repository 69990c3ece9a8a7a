// `layout`: what has to exist before the first step, made without a shell.
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
import { LAYOUT_VARIABLE, type Layout, PROTOCOL_VERSION } from "../../entrypoint/protocol/index.ts";
import { BUILDS, start } from "./_entrypoint.ts";
import { runFolder } from "./_run.ts";

const mode = (path: string) => statSync(path).mode & 0o7777;

describe.each(BUILDS)("$name: layout", (build) => {
  const make = (run: ReturnType<typeof runFolder>, layout: unknown) =>
    start(build, run, ["layout"], { environment: { [LAYOUT_VARIABLE]: JSON.stringify(layout) } }).ended;

  test("makes directories, the binary, files and links, and again changes nothing", async () => {
    const run = runFolder();
    mkdirSync(run.file("volume/inner"), { recursive: true });
    for (const name of ["volume/stale", "volume/inner/stale"]) writeFileSync(run.file(name), "");
    mkdirSync(run.file("mine"), { mode: 0o700 });
    chmodSync(run.file("volume"), 0o755);
    const text = '#!/bin/sh\necho "$(HOME) $$ ü"\n';
    const layout: Layout = {
      protocol: PROTOCOL_VERSION,
      binary: run.file("bin/entrypoint"),
      directories: [
        ...["bin", "scripts", "steps"].map((name) => ({ path: run.file(name), mode: 0o755 })),
        { path: run.file("run/0"), mode: 0o777 },
        { path: run.file("volume"), mode: 0o777, own: true },
        { path: run.file("volume/inner"), mode: 0o777, own: true },
        { path: run.file("mine"), mode: 0o777 },
      ],
      files: [{ path: run.file("scripts/a"), mode: 0o555, base64: Buffer.from(text).toString("base64") }],
      links: [{ path: run.file("steps/step-a"), target: "/tekton/run/0/status" }],
    };
    for (const _time of ["first", "second"]) {
      expect(await make(run, layout)).toMatchObject({ code: 0 });
      expect(mode(run.file("run/0"))).toBe(0o777);
      expect(mode(run.file("volume"))).toBe(0o777);
      expect(readdirSync(run.file("volume"))).toEqual(["inner"]);
      expect(readdirSync(run.file("volume/inner"))).toEqual([]);
      expect(mode(run.file("mine"))).toBe(0o700);
      expect(mode(run.file("bin/entrypoint"))).toBe(0o555);
      expect(mode(run.file("scripts/a"))).toBe(0o555);
      expect(readFileSync(run.file("scripts/a"), "utf8")).toBe(text);
      expect(readlinkSync(run.file("steps/step-a"))).toBe("/tekton/run/0/status");
    }
  });

  test.each([
    ["of another protocol", { protocol: 99, directories: [], files: [], links: [] }, /protocol 99/],
    [
      "with a file whose content is no base64",
      { protocol: 1, directories: [], files: [{ path: "/tmp/x", mode: 0o644, base64: "%" }], links: [] },
      /is not base64/,
    ],
    [
      "in a place that cannot be written",
      { protocol: 1, directories: [{ path: "/proc/nowhere", mode: 0o755 }], files: [], links: [] },
      /\/proc\/nowhere/,
    ],
  ])("one %s fails in words", async (_what, layout, words) => {
    const { code, stderr } = await make(runFolder(), layout);
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });

  test("without its variable it fails in words", async () => {
    const { code, stderr } = await start(build, runFolder(), ["layout"]).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(LAYOUT_VARIABLE);
  });
});
