import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { tar } from "../../images/tar.ts";

test("tar reads what it writes", () => {
  const content = Buffer.from("x".repeat(700));
  const archive = tar([
    { name: "ko-app", mode: 0o755 },
    { name: "ko-app/entrypoint", mode: 0o555, content },
    { name: "ko-app/link", mode: 0o777, link: "entrypoint" },
  ]);
  const listed = spawnSync("tar", ["-tvf", "-"], { input: archive, encoding: "utf8" });
  expect(listed.stderr).toBe("");
  const lines = listed.stdout.split("\n").map((line) => line.replace(/ \d{4}-\d\d-\d\d \d\d:\d\d/, ""));
  expect(lines.map((line) => line.replace(/ +/g, " "))).toEqual([
    "drwxr-xr-x 0/0 0 ko-app/",
    "-r-xr-xr-x 0/0 700 ko-app/entrypoint",
    "lrwxrwxrwx 0/0 0 ko-app/link -> entrypoint",
    "",
  ]);
  const read = spawnSync("tar", ["-xOf", "-", "ko-app/entrypoint"], { input: archive });
  expect(read.stdout.equals(content)).toBe(true);
});

test("the same files are the same bytes", () => {
  const files = [{ name: "a", mode: 0o644, content: Buffer.from("a") }];
  expect(tar(files)).toEqual(tar(files));
});

test("a name that does not fit is refused", () => {
  expect(() => tar([{ name: "x".repeat(101), mode: 0o644, content: Buffer.from("") }])).toThrow("too long");
});
