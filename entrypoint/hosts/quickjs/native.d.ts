// The module that the C files make up (entrypoint/native): one system call per function. A negative number is -errno.
declare module "baton:native" {
  /** The program's words after its name, and its environment. Bytes that are no UTF-8 are kept as U+DC80 to U+DCFF. */
  export const args: readonly string[];
  export const environment: readonly string[];
  /** Runs a bundled module now, once, and gives what it exports. */
  export function load(name: string): object;

  /** What `work` gives, or -ETIME where it has taken more of the processor's time. */
  export function bounded<T extends object>(milliseconds: number, work: () => T): T | number;

  export function decode(bytes: Uint8Array): string;
  export function encode(text: string): Uint8Array;
  export function sha256(bytes: Uint8Array): string;
  /** The state of a hash that has seen nothing. */
  export function sha256Start(): Uint8Array;
  /** Hashes what can be read from the descriptor, at most so many bytes; gives how many, 0 at the end. */
  export function sha256Feed(state: Uint8Array, descriptor: number, limit: number): number;
  /** Lowercase hex; the state is of no use any more. */
  export function sha256End(state: Uint8Array): string;
  export function strerror(errno: number): string;

  export function open(path: string, flags: number, mode: number): number;
  /** What is at `path` below the directory `root`: -ELOOP where a link is in the way, -EXDEV outside. */
  export function openBeneath(root: string, path: string, flags: number, mode: number): number;
  /** A directory, for names below it alone; "" is the root itself. */
  export function directoryBeneath(root: string, path: string): number;
  /** [st_mode, st_size] */
  export function fstat(descriptor: number): readonly [number, number] | number;
  /** To nothing. */
  export function ftruncate(descriptor: number): number;
  /** A file without a name in this directory, to be written. */
  export function openUnnamed(directory: string, mode: number): number;
  /** Gives an unnamed file its name; -EEXIST where that is taken. */
  export function name(descriptor: number, path: string): number;
  export function close(descriptor: number): number;
  export function read(descriptor: number, size: number): Uint8Array | number;
  /** Writes from byte `from` on; gives how many bytes were written. */
  export function write(descriptor: number, bytes: Uint8Array, from: number): number;
  export function sendfile(to: number, from: number): number;
  /** [st_mode, st_size] */
  export function stat(path: string): readonly [number, number] | number;
  export function lstat(path: string): readonly [number, number] | number;
  /** 1 where the file system is mounted noexec. */
  export function isNoExec(path: string): number;
  export function isatty(descriptor: number): number;
  export function readdir(path: string, limit: number): string[] | number;
  export function readlink(path: string): string | number;
  export function mkdir(path: string, mode: number): number;
  export function chdir(path: string): number;
  export function chmod(path: string, mode: number): number;
  export function fchmod(descriptor: number, mode: number): number;
  export function unlink(path: string): number;
  export function rmdir(path: string): number;
  export function rename(from: string, to: string): number;
  /** Both must exist; each gets the other's name, at once. */
  export function exchange(one: string, other: string): number;
  export function symlink(target: string, path: string): number;
  /** A stream socket of this machine that never blocks; paths of its addresses have at most 107 bytes. */
  export function socket(): number;
  export function bind(socket: number, path: string): number;
  export function listen(socket: number): number;
  export function connect(socket: number, path: string): number;
  /** Gives the mask that was. */
  export function umask(mask: number): number;

  /** Those of the descriptors that are readable or at their end; a negative time waits without limit. */
  export function poll(descriptors: readonly number[], milliseconds: number): readonly number[] | number;
  /**
   * Calls to make as soon as `poll` finds something and every condition among them holds (ahead.ts has what there is);
   * they take the place of those given before.
   */
  export function ahead(calls: readonly (readonly unknown[])[]): number;
  /** What each of them gave, once they have been made: the last one is the last, or has failed. Then they are forgotten. */
  export function made(): readonly number[];
  /** Runs what is due, then calls `turn`, until the process exits; returns only when something throws. */
  export function loop(turn: () => void): never;
  /** Milliseconds since 1970, and of a clock that never jumps. */
  export function now(): number;
  export function ticks(): number;
  export function inotifyInit(): number;
  export function inotifyAdd(descriptor: number, directory: string): number;
  export function inotifyRemove(descriptor: number, watch: number): number;
  export function signals(): number;
  export function readSignals(descriptor: number): readonly number[];

  export function spawn(
    files: readonly string[],
    argv: readonly string[],
    environment: readonly string[],
    streams: readonly [number, number, number],
    hermetic: boolean,
  ): number;
  /** [pid, wait status] of a child that ended; 0 where none has. */
  export function wait(): readonly [number, number] | number;
  /** -ECHILD where there are none. */
  export function hasChildren(): number;
  export function kill(process: number, signal: number): number;
  export function getpid(): number;
  export function subreaper(): number;
  /** Not dumpable: no tracer, no /proc/<pid>/mem. */
  export function protect(): number;
  /** No abstract socket of others from now on; -errno where the kernel has no such limit. */
  export function confine(): number;
  export function pipe(): readonly [number, number] | number;
  /**
   * Pid of a process that copies what the lines say (native/store.c) from the directory `tree` to the directory `store`
   * for 1, and for 2, which trusts nothing that is there; the other way for 0. It exits with 0, or the errno of why not.
   */
  export function transfer(list: Uint8Array, store: number, tree: number, way: number): number;
  /** The last bytes of a file. */
  export function tail(descriptor: number, limit: number): Uint8Array | number;
  /** Pid of a process that copies the stream `from` to `to` and `copy` until `control` ends. */
  export function pump(from: number, to: number, copy: number, control: number): number;
  export function exit(code: number): never;
  /** The kernel's word for the processor. */
  export function machine(): string;
}
