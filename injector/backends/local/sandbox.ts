// Private paths without an engine: bubblewrap gives each step a mount namespace of its own. The host is there, read
// only; what the plan mounts is there where the plan says; /tmp is the step's. Nothing is made in the host's root.

import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Mount } from "../../plan/model/plan.ts";
import { pathOf, type VolumePaths, volumeRoot } from "../host/volumes.ts";

export type Sandbox =
  /** `proc`: a /proc of its own for each step, or the machine's where the kernel lets nobody mount another. */
  | { readonly kind: "bubblewrap"; readonly proc: Proc }
  /** No mount namespaces here: `why` is one clause for people. */
  | { readonly kind: "none"; readonly why: string };

export type Proc = "own" | "machine";

export interface View {
  readonly proc: Proc;
  readonly id: string;
  readonly mounts: readonly Mount[];
  readonly volumes: VolumePaths;
  /** The run's directory: each step's /tmp is in it, and steps do not see the rest of it. */
  readonly directory: string;
  readonly workingDir: string;
  /** Files of the machine to show read-only, by the path to show them at. */
  readonly show: ReadonlyMap<string, string>;
  readonly privileged: boolean;
}

/** Tries it once: the tool may be missing, or the kernel may refuse. `BATON_SANDBOX=none` does without. */
export function probeSandbox(): Sandbox {
  if (process.env["BATON_SANDBOX"] === "none") return { kind: "none", why: "BATON_SANDBOX is none" };
  const own = tryOut("own");
  if (own.status === 0) return { kind: "bubblewrap", proc: "own" };
  if ((own.error as NodeJS.ErrnoException | undefined)?.code === "ENOENT")
    return { kind: "none", why: "bubblewrap is not installed (apt-get install bubblewrap)" };
  if (tryOut("machine").status === 0) return { kind: "bubblewrap", proc: "machine" };
  return { kind: "none", why: own.stderr.trim().split("\n").at(-1) ?? "bubblewrap failed" };
}

/** bwrap's argv up to `--`. The process id of what it starts is written to file descriptor 3. */
export function sandboxWords(view: View): readonly string[] {
  const mounts = [...view.mounts].sort((a, b) => depth(a.path) - depth(b.path));
  return [
    "bwrap",
    ...ISOLATION,
    ...(process.getuid?.() === 0 && !view.privileged ? CAPABILITIES : []),
    "--info-fd",
    "3",
    ...showHost(
      mounts.map(({ path }) => path),
      view.proc,
    ),
    ...scratch(view),
    ...mounts.flatMap((mount) => [
      mount.readOnly ? "--ro-bind" : "--bind",
      pathOf({ root: volumeRoot(mount.volume, view.volumes), path: mount.subPath ?? "" }),
      mount.path,
    ]),
    ...[...view.show].flatMap(([path, file]) => ["--ro-bind", file, path]),
    ...(isDirectory(view.workingDir) ? [] : ["--dir", view.workingDir]),
    "--chdir",
    view.workingDir,
    "--",
  ];
}

const tryOut = (proc: Proc) =>
  spawnSync("bwrap", [...ISOLATION, ...showHost([], proc), "--", "true"], { encoding: "utf8" });

/** With the entrypoint as PID 1 of its own namespace nothing outlives a step, as in a container. */
const ISOLATION = ["--unshare-pid", "--as-pid-1", "--die-with-parent", "--new-session"];

/** What Docker leaves to root in a container; without CAP_SYS_ADMIN a read-only mount stays read-only. */
const CAPABILITIES = [
  "--cap-drop",
  "ALL",
  ...[
    ...["CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP"],
    ...["SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"],
  ].flatMap((name) => ["--cap-add", `CAP_${name}`]),
];

/** Not the host's: made anew, or mounted by the plan. */
const OWN = new Set(["/proc", "/dev", "/tmp", "/tekton", "/workspace", "/lost+found"]);

/**
 * The host's tree below a root of our own, read-only. A mount point that the host lacks cannot be made in a read-only
 * directory: such a directory is rebuilt the way the root is, entry by entry.
 */
function showHost(mountPoints: readonly string[], proc: Proc): string[] {
  const rebuilt = new Set(mountPoints.map(nearestExisting).filter((path) => path !== undefined));
  const inside = [...rebuilt].sort((a, b) => depth(a) - depth(b)).flatMap(rebuild);
  root ??= rebuild("/");
  return [...root, ...inside, ...PROC[proc], "--dev", "/dev"];
}

const PROC: Readonly<Record<Proc, readonly string[]>> = {
  own: ["--proc", "/proc"],
  machine: ["--dev-bind", "/proc", "/proc"],
};

/** Looked up once: every step of a run sees the same. */
let root: readonly string[] | undefined;

const rebuild = (directory: string): string[] => [
  "--tmpfs",
  directory,
  ...readdirSync(directory).flatMap((name) => show(join(directory, name))),
];

function show(path: string): string[] {
  if (OWN.has(path)) return [];
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    return ["--symlink", readlinkSync(path), path];
  return ["--ro-bind-try", path, path];
}

/** The host's directory in which this mount point would have to be made; undefined where none has to. */
function nearestExisting(mountPoint: string): string | undefined {
  const parts = mountPoint.split("/").filter((part) => part !== "");
  if (OWN.has(`/${parts[0]}`)) return undefined;
  let path = "";
  for (const part of parts) {
    if (!isThere(`${path}/${part}`)) return path === "" ? undefined : path;
    path += `/${part}`;
  }
  return undefined;
}

/** /tmp and /var/tmp of the step alone, on disk; the run's directory is hidden where they do not cover it. */
function scratch({ id, directory }: View): string[] {
  const words = ["/tmp", "/var/tmp"].filter(isDirectory).flatMap((path) => {
    const own = join(directory, "scratch", id, path);
    mkdirSync(own, { recursive: true });
    return ["--bind", own, path];
  });
  const covered = ["/tmp/", "/var/tmp/"].some((path) => directory.startsWith(path));
  return [
    ...ROOTS.flatMap((path) => ["--perms", "0755", "--dir", path]),
    ...words,
    ...(covered ? [] : ["--tmpfs", directory]),
  ];
}

/** Directories of our own root, for any user. */
const ROOTS = ["/tekton", "/workspace", "/tmp"];

const depth = (path: string): number => path.split("/").filter((part) => part !== "").length;

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
