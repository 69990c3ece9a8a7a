// Private paths without an engine: bubblewrap gives each step a mount namespace of its own. The host is there, read
// only, but for what lets its processes be reached; what the plan mounts is there where the plan says; /tmp is the step's.

import { execFile } from "node:child_process";
import { closeSync, mkdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { BINARY } from "../../../entrypoint/protocol/index.ts";
import { openForMount } from "../../beneath/mount.ts";
import type { Mount } from "../../plan/model/plan.ts";
import type { Program } from "../host/program.ts";
import { type VolumePaths, volumeRoot } from "../host/volumes.ts";
import { coverSockets, depth, isDirectory, isWithin, realMountPoint, showHost } from "./view.ts";

export type Sandbox =
  /** `proc`: a /proc of its own for each step, or the machine's where the kernel lets nobody mount another. */
  | Bubblewrap
  /** No mount namespaces here: `why` is one clause for people. */
  | { readonly kind: "none"; readonly why: string };

interface Bubblewrap {
  readonly kind: "bubblewrap";
  readonly proc: Proc;
  readonly mountsFiles: boolean;
  /** The entrypoint keeps a step from abstract sockets of the machine. */
  readonly confines: boolean;
}

export type Proc = "own" | "machine";

export interface View {
  readonly sandbox: Bubblewrap;
  readonly id: string;
  readonly mounts: readonly Mount[];
  readonly volumes: VolumePaths;
  /** The run's directory: each step's /tmp is in it. */
  readonly directory: string;
  /** Directories that no step sees: runs are in them, this one and others. */
  readonly hidden: readonly string[];
  /** The user's home directory, where the step may read and write it. */
  readonly home: string | undefined;
  readonly workingDir: string;
  /** Files of the machine to show read-only, by the path to show them at. */
  readonly show: ReadonlyMap<string, string>;
  /** Device nodes beyond those that every step has. */
  readonly devices: readonly string[];
  readonly privileged: boolean;
}

/** Begins to try it, while the rest of the program loads. */
export function probeEarly(program: Program): void {
  early = probeSandbox(program);
  early.catch(() => undefined);
}

/** What was begun, once; else it is tried now. */
export function probed(program: Program): Promise<Sandbox> {
  const begun = early;
  early = undefined;
  return begun ?? probeSandbox(program);
}

let early: Promise<Sandbox> | undefined;

/** Tries it once: the tool may be missing, or the kernel may refuse. `BATON_SANDBOX=none` does without. */
async function probeSandbox(program: Program): Promise<Sandbox> {
  if (process.env["BATON_SANDBOX"] === "none") return { kind: "none", why: "BATON_SANDBOX is none" };
  // The entrypoint itself is tried, which says at once what else it can keep.
  const words = program.native ? ["--ro-bind", program.file, BINARY, "--", BINARY, "confined"] : undefined;
  const [tried, mountsFiles] = await Promise.all([tryOut("own", words ?? TRUE), doesMountFiles()]);
  const found = (proc: Proc, { code }: Ended): Bubblewrap | undefined =>
    typeof code !== "number" || code === BWRAP_FAILED
      ? undefined
      : { kind: "bubblewrap", proc, mountsFiles, confines: words !== undefined && code === 0 };
  const first = found("own", tried);
  if (first !== undefined) return first;
  const own = words === undefined ? tried : await tryOut("own", TRUE);
  if (own.code === undefined)
    return { kind: "none", why: "bubblewrap is not installed (apt-get install bubblewrap)" };
  return (
    found("own", own) ??
    found("machine", await tryOut("machine", words ?? TRUE)) ?? {
      kind: "none",
      why: own.stderr.trim().split("\n").at(-1) ?? "bubblewrap failed",
    }
  );
}

const TRUE = ["--", "true"];
const BWRAP_FAILED = 1;

export interface SandboxWords {
  /** bwrap's argv up to `--`. The process id of what it starts is written to file descriptor 3. */
  readonly words: readonly string[];
  /** Open files that it mounts, as its file descriptors from 4 on. */
  readonly mounted: readonly number[];
}

/** To be asked when the step is started: what a mount leads to is decided then. */
export function sandboxWords(view: View): SandboxWords {
  const mounts = [...view.mounts].sort((a, b) => depth(a.path) - depth(b.path));
  const mounted: number[] = [];
  const words = [
    "bwrap",
    ...ISOLATION,
    ...(process.getuid?.() === 0 && !view.privileged ? CAPABILITIES : []),
    "--info-fd",
    "3",
    ...showHost([...mounts.map(({ path }) => path), ...madeFor(view)], PROC[view.sandbox.proc]),
    ...bindHome(view, false),
    ...view.devices.flatMap((path) => ["--dev-bind-try", path, path]),
    ...coverSockets(view),
    ...scratch(view),
    ...bindHome(view, true),
    ...mounts.flatMap((mount) => mountWords(mount, view, mounted)),
    ...[...view.show].flatMap(([path, file]) => ["--ro-bind", file, path]),
    ...(isDirectory(view.workingDir) ? [] : ["--dir", view.workingDir]),
    "--chdir",
    view.workingDir,
    "--",
  ];
  return { words, mounted };
}

/** A working directory that the machine lacks is made like a mount point that it lacks. */
const madeFor = ({ workingDir, mounts }: View): readonly string[] =>
  isDirectory(workingDir) || mounts.some(({ path }) => isWithin(workingDir, path)) ? [] : [workingDir];

const tryOut = (proc: Proc, words: readonly string[]) =>
  ended([...ISOLATION, ...showHost([], PROC[proc]), ...words]);

/** Whether it can mount what is open already. */
const doesMountFiles = async (): Promise<boolean> =>
  (await ended(["--help"])).stdout.includes("--ro-bind-fd");

interface Ended {
  /** null where a signal ended it, undefined where there is no such program. */
  readonly code: number | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function ended(words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile("bwrap", words, (error, stdout, stderr) =>
      resolve({
        code: (error as NodeJS.ErrnoException | null)?.code === "ENOENT" ? undefined : child.exitCode,
        stdout,
        stderr,
      }),
    );
  });
}

/** With the entrypoint as PID 1 of its own namespace nothing outlives a step, as in a container. */
const ISOLATION = ["--unshare-pid", "--unshare-ipc", "--as-pid-1", "--die-with-parent", "--new-session"];

/** What Docker leaves to root in a container; without CAP_SYS_ADMIN a read-only mount stays read-only. */
const CAPABILITIES = [
  "--cap-drop",
  "ALL",
  ...[
    ...["CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP"],
    ...["SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"],
  ].flatMap((name) => ["--cap-add", `CAP_${name}`]),
];

const PROC: Readonly<Record<Proc, readonly string[]>> = {
  own: ["--proc", "/proc"],
  machine: ["--dev-bind", "/proc", "/proc"],
};

/** A step may have been where a mount leads to: it is found in its volume and opened, and what is open is mounted. */
function mountWords({ volume, subPath, path, readOnly }: Mount, view: View, mounted: number[]): string[] {
  const root = volumeRoot(volume, view.volumes);
  const to = realMountPoint(path);
  if (subPath === undefined) return [readOnly ? "--ro-bind" : "--bind", root, to];
  const fd = openForMount(root, subPath);
  if (!view.sandbox.mountsFiles) return [readOnly ? "--ro-bind" : "--bind", closed(fd), to];
  mounted.push(fd);
  return [readOnly ? "--ro-bind-fd" : "--bind-fd", String(FIRST_MOUNTED + mounted.length - 1), to];
}

const FIRST_MOUNTED = 4;

/** Where it is now, for a bubblewrap that knows paths alone. */
function closed(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

/** /tmp and /var/tmp of the step alone, on disk; directories of runs are hidden where they do not cover them. */
function scratch({ id, directory, hidden }: View): string[] {
  const words = OWN_SCRATCH.filter(isDirectory).flatMap((path) => {
    const own = join(directory, "scratch", id, path);
    mkdirSync(own, { recursive: true });
    return ["--bind", own, path];
  });
  return [
    ...hidden.flatMap((path) => ["--tmpfs", path]),
    ...ROOTS.flatMap((path) => ["--perms", "0755", "--dir", path]),
    ...words,
  ];
}

/** A home below /tmp is there again when /tmp is the step's own. */
function bindHome({ home, hidden }: View, isScratch: boolean): string[] {
  if (home === undefined || OWN_SCRATCH.some((top) => isWithin(home, top)) !== isScratch) return [];
  const inside = isScratch ? hidden.filter((path) => isWithin(path, home)) : [];
  return ["--bind", home, home, ...inside.flatMap((path) => ["--tmpfs", path])];
}

const OWN_SCRATCH = ["/tmp", "/var/tmp"];

/** Directories of our own root, for any user. */
const ROOTS = ["/tekton", "/workspace", "/tmp"];
