// The port: all that the core may ask of the machine it runs on. Adapters are in hosts/ (quickjs, node, memory)
// and pass one contract suite. File calls are synchronous, because each is a few microseconds on a local disk;
// only waiting, running and the hashing of much data take time. Calls that can fail throw HostError and nothing else.

import type { Beneath } from "./protocol/index.ts";

/** What went wrong, in POSIX's words: code is an errno name such as "ENOENT" or "ENOSPC". */
export class HostError extends Error {
  readonly code: string;
  readonly path: string | undefined;
  constructor(code: string, message: string, path?: string) {
    super(message);
    this.name = "HostError";
    this.code = code;
    this.path = path;
  }
}

export interface Host extends Files, Waiting, Processes {
  /** argv without the program's name. */
  readonly args: readonly string[];
  /** The environment in its original order, each "NAME=value" (a word without "=" is legal and kept). */
  readonly environment: readonly string[];
  /** The running program's own file, for `cp` and `init`. */
  readonly self: string;
  /** Go's names: linux, darwin, windows; amd64, arm64, arm …; variant such as "v8" or "". */
  readonly platform: { readonly os: string; readonly arch: string; readonly variant: string };
  /** Milliseconds since 1970, with fractions where the host has them. */
  now(): number;
  /** One line to standard error, whole, never interleaved within itself. */
  log(line: string): void;
  /** Text to standard output, all of it. */
  print(text: string): void;
  /** Runs what others have written, an expression or a pattern, and ends it (HostError ETIME) when it takes longer. */
  bounded<T extends object>(milliseconds: number, work: () => T): T;
}

/**
 * A place in the file system. A text is one that nobody else shapes (a flag, the layout, what the kubelet mounts): links
 * are followed. What a step can shape is named by its trusted root and the path below, and no link is followed there:
 * ELOOP, with the link's name (protocol/beneath.ts).
 */
export type Path = string | Beneath;

/**
 * The local file system. Text is UTF-8; bytes that are not are replaced by U+FFFD when read as text. No call blocks on
 * what it finds: what is read is a regular file, or an error says what it is (EISDIR, EFTYPE).
 */
export interface Files {
  /** undefined where nothing is there (ENOENT, ENOTDIR). */
  stat(path: Path): FileInfo | undefined;
  /** undefined where nothing is there; EFBIG where there are more than `limit` bytes. */
  read(path: Path, limit: number): string | undefined;
  readBytes(path: Path, limit: number): Uint8Array | undefined;
  /** Names in a directory, sorted; undefined where it is not there. */
  list(path: Path): readonly string[] | undefined;
  /** The target of the link that is there, if it is one. */
  readLink(path: Path): string | undefined;
  /** What has this name, a symbolic link not followed; undefined where nothing has. */
  entry(path: Path): EntryType | undefined;
  /** Makes the directory and its parents; one that exists is fine. `mode` is exact when given, else 0777 & ~umask. */
  makeDirectory(path: Path, mode?: number): void;
  /** Whole or not at all: a temporary file in the same directory, then rename. `mode` is exact. */
  publish(path: Path, content: string | Uint8Array, mode: number): void;
  /** Makes ready for this many calls of `publish` in the directory, so that they are quick. Nothing of it can be seen. */
  reserve(directory: string, count: number): void;
  /**
   * In place, truncated: for files that cannot be renamed over (the kubelet's termination log is a bind mount). Never
   * through a link of that name, and into nothing but a regular or a character file.
   */
  overwrite(path: Path, content: string): void;
  /** At the end of a file, which is made where it is not there; otherwise as `overwrite`. */
  append(path: Path, content: string): void;
  /** Copies a file, whole or not at all, with exactly this mode. */
  copy(from: Path, to: Path, mode: number): void;
  /** A link of either name is itself what is renamed or replaced. */
  rename(from: Path, to: Path): void;
  /** Tolerates one that exists with the same target; replaces one with another. */
  link(path: string, target: string): void;
  /** A file, a link itself, or a whole directory of any depth; nothing there is fine. */
  remove(path: Path): void;
  /** Lowercase hex of the first `limit` bytes, streamed. */
  sha256(path: Path, limit: number): string;
  /** The same for a file of any size, while signals are heard. Rejects with Interrupted when `cancel` fires first. */
  digest(path: Path, cancel: Cancel): Promise<FileDigest>;
  /** The last `limit` bytes of a file; undefined where nothing is there. */
  tail(path: Path, limit: number): string | undefined;
  /**
   * Copies many files while signals are heard: what the lines say (`TreeLine`), from the directory `tree` to `store`, a
   * directory of content by its digest, or the other way; content that is there is left, unless it is to be renewed. Whatever is copied is hashed on its way; HostError EBADMSG where
   * something is not what its line says, or is not there: what is damaged in the store is removed.
   */
  transfer(lines: string, store: string, tree: Path, way: Way, cancel: Cancel): Promise<void>;
  /** Hashes bytes or UTF-8 text already in hand. */
  sha256Of(content: string | Uint8Array): string;
  /** Raw deflate (RFC 1951), and its inverse with a cap on the inflated size. */
  deflate(content: string): Uint8Array;
  inflate(content: Uint8Array, limit: number): string;
}

export type Way = "keep" | "renew" | "restore";

export interface FileInfo {
  readonly size: number;
  /** Permission bits only. */
  readonly mode: number;
  readonly type: "file" | "directory" | "pipe" | "socket" | "other";
}

export type EntryType = FileInfo["type"] | "link";

export interface FileDigest {
  /** Lowercase hex, of as many bytes as `size` says. */
  readonly sha256: string;
  readonly size: number;
}

export interface Waiting {
  /**
   * Calls `look` now, and again after every change that could matter, until it returns something. Watching starts
   * before the first look, so nothing is missed in between. `files` are paths whose appearance or change matters
   * (their directories need not exist yet); `peers` are life lines whose release matters, and `lifeOf` tells the state of
   * one: from the moment it has been seen held, whatever becomes of its name. Where the kernel gives no events, a slow poll
   * serves, and the host says so once. Rejects with Interrupted when `cancel` fires first.
   */
  until<T>(watch: Watch, look: (lifeOf: LifeOf) => T | undefined, cancel: Cancel): Promise<T>;
  /**
   * The same for a step whose way is known: where its turn comes as foreseen, the command is started there and then. A
   * host may decide that ahead of time, so that nothing lies between the turn and the command, or between the
   * command's success and the word of it.
   */
  startWhen<T>(
    foreseen: Foreseen,
    watch: Watch,
    look: (lifeOf: LifeOf) => T | undefined,
    cancel: Cancel,
  ): Promise<T | Started>;
  /** Resolves after this many milliseconds; rejects with Interrupted when `cancel` fires first. */
  sleep(milliseconds: number, cancel: Cancel): Promise<void>;
  /**
   * Makes a life line at `path` and holds it until the process ends: it appears already held, by rename. Others can see
   * that it is held, and cannot hold it, whoever they are: it is a socket that this process alone listens on.
   */
  hold(path: Path): Hold;
  /** Whether the process that made the life line at `path` still lives; "absent" where there is none. */
  liveness(path: string): Promise<Life>;
}

export interface Watch {
  readonly files: readonly string[];
  readonly peers: readonly string[];
}

/** What is known of a step's turn, and of its command's success, before either comes. */
export interface Foreseen {
  /** It has come when all of this holds. */
  readonly turn: {
    /** Regular files, or links to some. */
    readonly there: readonly { readonly path: string; readonly filled: boolean }[];
    /** In small files; here a link is none. */
    readonly has: readonly { readonly path: string; readonly words: readonly string[] }[];
    readonly absent: readonly string[];
  };
  /** Published before the command starts. */
  readonly running: Dated | undefined;
  /** Without copies of its output, and not hermetic. */
  readonly command: Command;
  readonly success: Success;
}

/** What is told of a command that exits with 0 unasked: no signal was sent to it, or has come and is yet to be heard. */
export interface Success {
  /** Where something is there, nothing is told: that is for whoever looks at it. */
  readonly absent: readonly string[];
  /** In this order, after what is left of its process group was killed. */
  readonly publish: readonly Dated[];
  readonly post: { readonly from: string; readonly to: string } | undefined;
  /** Released last. */
  readonly alive: Hold | undefined;
}

/**
 * A file whose text has times in it, between its pieces: the last one is when it is published, one before it is when
 * the turn came. RFC 3339 in UTC with milliseconds.
 */
export interface Dated {
  readonly path: string;
  readonly mode: number;
  readonly pieces: readonly string[];
  /** There is one by then. */
  readonly replaces: boolean;
}

export interface Started {
  /** When the turn came, in milliseconds since 1970. */
  readonly at: number;
  readonly spawned: Spawned;
}
export type Life = "absent" | "held" | "released";
export type LifeOf = (path: string) => Life;

export interface Hold {
  /** Lets go now: whoever waits wakes up. Also happens by itself when the process dies. */
  release(): void;
}

export interface Processes {
  /** From now on the current directory, of this process and of the commands it starts. */
  enter(directory: string): void;
  /** Starts a command in its own process group, standard input /dev/null unless it is a terminal. */
  spawn(command: Command): Spawned;
  /** Every signal the process gets that can be caught, by name ("SIGTERM"); SIGCHLD is the host's own. */
  onSignal(handler: (name: string) => void): void;
  /**
   * From now on this process stands above those that it starts: it adopts their orphans, as PID 1 or as a subreaper where the
   * system has them, and cannot be traced by them or looked into.
   */
  adoptOrphans(): void;
  /**
   * From now on neither this process nor what it starts reaches an abstract socket that others have made: such a socket has no
   * file, and whoever shares the network could call. False where the kernel cannot keep that.
   */
  confine(): boolean;
  /** Ends all that is left of the commands, whatever they have started and however it got away. False where some is left. */
  endAll(): Promise<boolean>;
}

export interface Command {
  /** argv[0] is looked up in PATH of `environment` when it has no slash. */
  readonly argv: readonly string[];
  readonly environment: readonly string[];
  /** Files that get a copy of the stream, appended, parents made. Both may be the same file. */
  readonly stdoutPath?: Path;
  readonly stderrPath?: Path;
  /** What it says goes nowhere. */
  readonly quiet?: boolean;
  /** New user, mount, pid and network namespaces: no network but a loopback that is down. */
  readonly hermetic?: boolean;
}

export type Spawned =
  | { readonly ok: true; readonly process: RunningProcess }
  /** `notFound` → 127, `notExecutable` → 126, `failed` → 125. The sentence says which file and why. */
  | { readonly ok: false; readonly why: "notFound" | "notExecutable" | "failed"; readonly problem: string };

export interface RunningProcess {
  readonly pid: number;
  /** The command itself ended, and all it wrote so far has been passed on. Its children may still run. */
  readonly ended: Promise<Exit>;
  /** To the whole process group; a group that is gone is fine. */
  signal(name: string): void;
}

/** `told` is when a foreseen success was told, in milliseconds since 1970. */
export type Exit =
  | { readonly code: number; readonly told?: number }
  | { readonly signal: string; readonly number: number };

/** Why a wait or a run is to end early. A token is fired once; later firings are ignored. */
export interface Cancel {
  readonly fired: boolean;
  /** Calls back when fired (at once if it was); returns how to forget the callback. */
  onFire(callback: () => void): () => void;
}

/** What `until` and `sleep` reject with: the only exception that means "as you asked". */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}
