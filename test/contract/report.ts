// Reports the host contract in vitest: for a host that has been built into a program, and for one in this process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import type { Host } from "../../entrypoint/host.ts";
import { HOST_CASES } from "./host.ts";

/** `program` is asked for once per case, so that it can be built in a hook. */
export function testHostProgram(name: string, program: () => readonly string[]): void {
  describe(`${name} host`, () => {
    test.each(HOST_CASES)("$name", async (one) => {
      const dir = mkdtempSync(join(tmpdir(), "host-"));
      try {
        const [file = "", ...words] = program();
        const ended = await execa(file, [...words, "case", one.name, dir], {
          reject: false,
          stdin: "ignore",
        });
        expect({ exitCode: ended.exitCode, problem: ended.stderr }).toEqual({
          exitCode: 0,
          problem: expect.any(String),
        });
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    });
  });
}

/** For a host without real processes; `make` gives a fresh one, with an empty directory for the case. */
export function testHostHere(name: string, make: () => { readonly host: Host; readonly dir: string }): void {
  describe(`${name} host`, () => {
    test.each(HOST_CASES.filter(({ needs }) => needs === undefined))("$name", (one) =>
      one.run({ ...make(), other: () => [] }),
    );
  });
}
