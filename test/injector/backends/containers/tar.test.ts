import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { tar } from "../../../../injector/backends/containers/tar.ts";

test("tar reads what it writes", () => {
  const content = Buffer.from("x".repeat(700));
  const archive = tar([
    { path: "ko-app/", mode: 0o755, content: new Uint8Array() },
    { path: "ko-app/entrypoint", mode: 0o555, content },
  ]);
  const listed = spawnSync("tar", ["-tvf", "-"], { input: archive, encoding: "utf8" });
  expect(listed.stderr).toBe("");
  expect(listed.stdout).toMatch(
    /^drwxr-xr-x 0\/0 +0 .* ko-app\/\n-r-xr-xr-x 0\/0 +700 .* ko-app\/entrypoint\n$/,
  );
  const read = spawnSync("tar", ["-xOf", "-", "ko-app/entrypoint"], { input: archive });
  expect(read.stdout.equals(content)).toBe(true);
});

test("the same files are the same bytes", () => {
  const files = [{ path: "a", mode: 0o644, content: Buffer.from("a") }];
  expect(tar(files)).toEqual(tar(files));
});
