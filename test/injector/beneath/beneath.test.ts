// Whatever lies beneath a root, reading and writing there stay there, end, and say what was found.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { openForMount } from "../../../injector/beneath/mount.ts";
import {
  givenText,
  isBeneath,
  openBeneath,
  readBeneath,
  textBeneath,
} from "../../../injector/beneath/read.ts";
import { linkBeneath, makeDirectory, writeBeneath } from "../../../injector/beneath/write.ts";

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "beneath-"));
  root = join(folder, "root");
  mkdirSync(root);
  writeFileSync(join(folder, "outside"), "a secret");
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

test("a regular file is read, and one that is not there is absent", () => {
  mkdirSync(join(root, "a/b"), { recursive: true });
  writeFileSync(join(root, "a/b/file"), "text");
  expect(textBeneath(root, "a/b/file")).toBe("text");
  expect(textBeneath(root, "/a/../a/b/./file")).toBe("text");
  expect(readBeneath(root, "a/c/file")).toEqual({ kind: "absent" });
  expect(readBeneath(root, "file")).toEqual({ kind: "absent" });
});

const MADE: Readonly<Record<string, (path: string) => void>> = {
  "a symbolic link": (path) => symlinkSync(join(folder, "outside"), path),
  "a symbolic link to nothing": (path) => symlinkSync("nowhere", path),
  "a pipe": (path) => execFileSync("mkfifo", [path]),
  "a directory": (path) => mkdirSync(path),
  "a file of 10 GB": (path) => {
    writeFileSync(path, "");
    truncateSync(path, 10e9);
  },
};

test.each(Object.entries(MADE))("%s where a file is read is refused, with words", (name, make) => {
  make(join(root, "file"));
  const found = readBeneath(root, "file");
  expect(found).toMatchObject({ kind: "refused" });
  const kind = name === "a file of 10 GB" ? "has more than 16777216 bytes" : name.replace(" to nothing", "");
  expect(found).toMatchObject({ why: expect.stringContaining(kind) });
  expect(textBeneath(root, "file")).toBeUndefined();
});

test("a socket where a file is read is refused", async () => {
  const server = createServer().listen(join(root, "socket"));
  await new Promise((resolve) => server.once("listening", resolve));
  expect(readBeneath(root, "socket")).toEqual({ kind: "refused", why: "is a socket, and no regular file" });
  await new Promise((resolve) => server.close(resolve));
});

test("a file that is endless only when it is read has a limit, too", () => {
  expect(readBeneath("/proc/self", "maps", 10)).toEqual({ kind: "refused", why: "has more than 10 bytes" });
});

test.each(["link/file", "real/link/file", "link/up/file"])(
  "no directory on the way to %s may be a link",
  (path) => {
    mkdirSync(join(root, "real"));
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "elsewhere/file"), "old");
    symlinkSync(join(folder, "elsewhere"), join(root, "link"));
    symlinkSync("../../elsewhere", join(root, "real/link"));
    expect(readBeneath(root, path)).toMatchObject({ kind: "refused" });
    expect(isBeneath(root, path)).toBe(false);
    expect(() => writeBeneath(root, path, "new")).toThrow();
    expect(() => makeDirectory(root, path)).toThrow();
    expect(() => linkBeneath(root, path, "x")).toThrow();
    expect(readFileSync(join(folder, "elsewhere/file"), "utf8")).toBe("old");
    expect(readdirSync(join(folder, "elsewhere"))).toEqual(["file"]);
  },
);

test("dots lead nowhere above the root", () => {
  expect(readBeneath(root, "../outside")).toEqual({ kind: "absent" });
  writeBeneath(root, "../../made", "here");
  expect(readFileSync(join(root, "made"), "utf8")).toBe("here");
});

test.each(["file", ".file.tmp"])("a link at %s is replaced, and nothing is written through it", (name) => {
  symlinkSync(join(folder, "outside"), join(root, name));
  writeBeneath(root, "file", "new", 0o400);
  expect(readFileSync(join(root, "file"), "utf8")).toBe("new");
  expect(readFileSync(join(folder, "outside"), "utf8")).toBe("a secret");
  expect(existsSync(join(root, ".file.tmp"))).toBe(false);
});

test("a subPath is resolved in its volume, by links that stay there", () => {
  mkdirSync(join(root, "versions/2"), { recursive: true });
  symlinkSync("versions/2", join(root, "current"));
  symlinkSync("../../current", join(root, "versions/2/again"));
  expect(mounted("current")).toBe(join(root, "versions/2"));
  expect(mounted("current/again")).toBe(join(root, "versions/2"));
  expect(mounted("new/one")).toBe(join(root, "new/one"));
});

test.each(["/", "..", "../..", "loop", "inside/../../.."])(
  "a subPath by a link to %s is refused",
  (target) => {
    mkdirSync(join(root, "inside"));
    symlinkSync(target, join(root, "loop"));
    expect(() => openForMount(root, "loop")).toThrow("leads out of its volume");
    expect(() => openForMount(root, "loop/x")).toThrow("leads out of its volume");
  },
);

test("what is open for a mount is what was found, whatever takes its place", () => {
  mkdirSync(join(root, "sub"));
  const fd = openForMount(root, "sub");
  renameSync(join(root, "sub"), join(root, "old"));
  symlinkSync(folder, join(root, "sub"));
  expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe(join(root, "old"));
  closeSync(fd);
});

/** What would be mounted. */
function mounted(subPath: string): string {
  const fd = openForMount(root, subPath);
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

test("a file that was named may be a link or a pipe, and has a limit all the same", () => {
  writeFileSync(join(root, "file"), "text");
  symlinkSync("file", join(root, "link"));
  expect(givenText(join(root, "link"))).toBe("text");
  expect(() => givenText("/dev/zero", 1 << 20)).toThrow("/dev/zero has more than 1048576 bytes");
  expect(() => givenText(join(root, "nothing"))).toThrow("ENOENT");
});

test("a file that is read piece by piece is one, and no link, pipe or directory", () => {
  writeFileSync(join(root, "file"), "text");
  const fd = openBeneath(root, "file") ?? -1;
  expect(readFileSync(fd, "utf8")).toBe("text");
  closeSync(fd);
  for (const make of Object.values(MADE).slice(0, 4)) {
    rmSync(join(root, "file"), { recursive: true });
    make(join(root, "file"));
    expect(openBeneath(root, "file")).toBeUndefined();
  }
  expect(openBeneath(root, "nothing")).toBeUndefined();
});
