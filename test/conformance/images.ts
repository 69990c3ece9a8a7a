// Stand-ins for the images that examples name: nothing is pulled. Each is a folder of this machine's own programs with the
// libraries they load, beside busybox, under the name that an example asks for.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ImageCommand } from "../../injector/references/image-command.ts";
import type { Engine } from "../e2e/_engines.ts";

/** What an image holds beside busybox, and what it runs by itself. */
interface StandIn {
  readonly programs?: readonly string[];
  /** Files and folders that the programs read. */
  readonly files?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
}

const GIT: StandIn = {
  programs: ["git", "ssh", "ssh-keygen", "sshd"],
  files: ["/usr/share/git-core/templates"],
  entrypoint: ["git"],
  command: ["--help"],
};

/** By the last word of the image's name. */
const STAND_INS: Readonly<Record<string, StandIn>> = {
  alpine: { command: ["/bin/sh"] },
  "alpine-git-nonroot": { ...GIT, user: "nonroot" },
  bash: { programs: ["bash"], entrypoint: ["docker-entrypoint.sh"], command: ["bash"] },
  busybox: { command: ["sh"] },
  git: GIT,
  node: { programs: ["node"], command: ["node"] },
  nop: { command: ["true"] },
  pause: { entrypoint: ["sleep", "2147483647"] },
  perl: { programs: ["perl"], files: ["/usr/lib/*-linux-gnu/perl-base"], command: ["perl"] },
  python: { programs: ["python3"], files: ["/usr/lib/python3.*"], command: ["python3"] },
  ubuntu: { programs: ["bash"], command: ["/bin/bash"] },
};

/** Whether there is a stand-in for it. */
export const hasStandIn = (image: string): boolean => standInOf(image) !== undefined;

/** What each of these runs by itself. */
export const commandsOf = (names: readonly string[]): ReadonlyMap<string, ImageCommand> =>
  new Map(
    names.flatMap((name) => {
      const standIn = standInOf(name);
      if (standIn === undefined) return [];
      return [[name, { entrypoint: standIn.entrypoint ?? [], cmd: standIn.command ?? [] }]];
    }),
  );

/** Gives the engine an image of each of these names. */
export function importStandIns(names: readonly string[], folder: string, engine: Engine): void {
  const archives = new Map<StandIn, string>();
  for (const name of names) {
    const standIn = standInOf(name);
    if (standIn === undefined) continue;
    const archive = archives.get(standIn) ?? archiveOf(standIn, join(folder, `${archives.size}`));
    archives.set(standIn, archive);
    const { code, stderr } = engine.run(["import", ...changes(standIn), archive, name]);
    if (code !== 0) throw new Error(`cannot import ${name}: ${stderr}`);
  }
}

function standInOf(image: string): StandIn | undefined {
  const word = image
    .replace(/@.*$/, "")
    .replace(/:[^/:]*$/, "")
    .replace(/^.*\//, "")
    .replace(/-[0-9a-f]{32}$/, "");
  return STAND_INS[word];
}

const changes = ({ entrypoint, command, user }: StandIn): readonly string[] =>
  [
    ...(entrypoint === undefined ? [] : [`ENTRYPOINT ${JSON.stringify(entrypoint)}`]),
    ...(command === undefined ? [] : [`CMD ${JSON.stringify(command)}`]),
    ...(user === undefined ? [] : [`USER ${user}`]),
  ].flatMap((change) => ["--change", change]);

function archiveOf({ programs = [], files = [] }: StandIn, root: string): string {
  makeBusybox(root);
  for (const program of programs) copyProgram(program, root);
  for (const pattern of files) copy(matching(pattern), root);
  makeAccounts(root);
  execFileSync("tar", ["-C", root, "-cf", `${root}.tar`, "."]);
  return `${root}.tar`;
}

function makeBusybox(root: string): void {
  for (const name of [
    "bin",
    "sbin",
    "usr/bin",
    "usr/sbin",
    "etc/ssh",
    "home",
    "run/sshd",
    "var/log",
    "var/empty",
    "lib64",
  ])
    mkdirSync(join(root, name), { recursive: true });
  mkdirSync(join(root, "root"), { mode: 0o700 });
  mkdirSync(join(root, "tmp"));
  chmodSync(join(root, "tmp"), 0o1777);
  const busybox = ["/bin/busybox", "/usr/bin/busybox"].find((path) => existsSync(path)) ?? "/bin/busybox";
  copyFileSync(busybox, join(root, "bin/busybox"));
  chmodSync(join(root, "bin/busybox"), 0o755);
  const applets = execFileSync("busybox", ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const applet of applets.filter((name) => name !== "busybox"))
    symlinkSync("busybox", join(root, "bin", applet));
  symlinkSync("../../bin/busybox", join(root, "usr/bin/env"));
}

/** The program where its script lines expect it, and in /bin, with all that the loader would look for. */
function copyProgram(program: string, root: string): void {
  const path = ["/usr/bin", "/usr/sbin", "/bin", "/usr/local/bin"]
    .map((at) => join(at, program))
    .find((at) => existsSync(at));
  if (path === undefined)
    throw new Error(`${program} is not on this machine: \`make conformance\` installs it`);
  const loaded = execFileSync("ldd", [path], { encoding: "utf8" }).match(/\/\S+(?= \(0x)/g) ?? [];
  copy([...loaded, path], root);
  const place = join(root, "bin", program);
  execFileSync("ln", ["-sf", path, place]);
  if (program === "bash") {
    mkdirSync(join(root, "usr/local/bin"), { recursive: true });
    for (const link of ["usr/local/bin/bash"]) symlinkSync(path, join(root, link));
    const script = '#!/bin/sh\ncase "$1" in -*) set -- bash "$@" ;; esac\nexec "$@"\n';
    writeFileSync(join(root, "usr/local/bin/docker-entrypoint.sh"), script, { mode: 0o755 });
  }
  if (program === "git")
    for (const link of ["git-upload-pack", "git-receive-pack"])
      symlinkSync("git", join(root, dirname(path), link));
}

/** To the same path below `root`, links followed. */
function copy(paths: readonly string[], root: string): void {
  const words = ["-C", "/", "-chf", "-", ...paths.map((path) => path.slice(1))];
  const archive = execFileSync("tar", words, { maxBuffer: 1 << 30 });
  execFileSync("tar", ["-C", root, "-xf", "-"], { input: archive });
}

const matching = (pattern: string): readonly string[] =>
  execFileSync("sh", ["-c", `ls -d ${pattern}`], { encoding: "utf8" })
    .trim()
    .split("\n");

function makeAccounts(root: string): void {
  const lines = (names: readonly string[]) => names.map((line) => `${line}\n`).join("");
  const write = (name: string, text: string, mode = 0o644) => writeFileSync(join(root, name), text, { mode });
  write(
    "etc/passwd",
    lines([
      "root:x:0:0:root:/root:/bin/sh",
      "sshd:x:74:74:sshd:/run/sshd:/bin/false",
      "nonroot:x:1000:1000:nonroot:/home/nonroot:/bin/sh",
      "nobody:x:65534:65534:nobody:/:/bin/false",
    ]),
  );
  write("etc/ssh/sshd_config", "");
  write("etc/group", lines(["root:x:0:", "sshd:x:74:", "nonroot:x:1000:", "nobody:x:65534:"]));
  write("etc/shadow", lines(["root:!::0:::::", "nonroot:!::0:::::"]), 0o600);
  execFileSync("install", ["-d", "-o", "1000", "-g", "1000", join(root, "home/nonroot")]);
}
