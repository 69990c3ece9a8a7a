// Files that are written before it is their time: under temporary names, in directories that are held open, so that
// whatever becomes of a path until then leads nowhere else.

import * as native from "baton:native";
import type { Dated } from "../../host.ts";
import { temporary } from "../../protocol/index.ts";
import { type Call, exchange, rename, stamp } from "./ahead.ts";
import { checked } from "./errors.ts";
import { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } from "./flags.ts";
import { writeAll } from "./publishing.ts";

/** Where a time is yet to come. */
const BLANK = "0000-00-00T00:00:00.000Z";

export class Drafts {
  readonly #partials: string[] = [];
  readonly #descriptors: number[] = [];
  readonly #directories = new Map<string, number>();

  /** Throws HostError. `order` tells drafts apart that will have the same name one after the other. */
  make(dated: Dated, order: number): Draft {
    const partial = temporary(`${dated.path}.${order}`);
    native.unlink(partial);
    const file = checked(partial, native.open(partial, O_WRONLY | O_CREAT | O_EXCL, dated.mode));
    this.keep(file);
    this.#partials.push(partial);
    checked(partial, native.fchmod(file, dated.mode));
    return new Draft(dated, file, this.directory(dated.path), nameOf(partial));
  }

  /** The directory of `path`, open until all is discarded. Throws HostError. */
  directory(path: string): number {
    const directory = path.slice(0, path.lastIndexOf("/")) || "/";
    const open = this.#directories.get(directory) ?? checked(directory, native.open(directory, O_RDONLY, 0));
    if (!this.#directories.has(directory)) this.keep(open);
    this.#directories.set(directory, open);
    return open;
  }

  /** The directories that are open, and the paths that led to them. */
  places(): readonly (readonly [directory: number, path: string])[] {
    return [...this.#directories].map(([path, directory]) => [directory, path]);
  }

  /** To be closed with the rest. */
  keep(descriptor: number): void {
    this.#descriptors.push(descriptor);
  }

  /** What has got its name by now keeps it. */
  discard(): void {
    for (const partial of this.#partials.splice(0)) native.unlink(partial);
    for (const descriptor of this.#descriptors.splice(0)) native.close(descriptor);
    this.#directories.clear();
  }
}

export class Draft {
  readonly path: string;
  readonly #dated: Dated;
  readonly #file: number;
  readonly #directory: number;
  readonly #partial: string;
  #place = 0;

  constructor(dated: Dated, file: number, directory: number, partial: string) {
    this.path = dated.path;
    this.#dated = dated;
    this.#file = file;
    this.#directory = directory;
    this.#partial = partial;
  }

  /** Once; all its times but the last are known. Throws HostError. */
  write(known: readonly string[]): void {
    const { pieces } = this.#dated;
    const head = native.encode(
      pieces
        .slice(0, -1)
        .map((piece, at) => piece + (known[at] ?? ""))
        .join(""),
    );
    this.#place = head.length;
    writeAll(this.path, this.#file, head);
    const tail = `${pieces.length > 1 ? BLANK : ""}${pieces.at(-1) ?? ""}`;
    writeAll(this.path, this.#file, native.encode(tail));
  }

  /** Its last time is now. */
  stamp(): readonly Call[] {
    return this.#dated.pieces.length > 1 ? [stamp(this.#file, this.#place)] : [];
  }

  /** Where there is one of that name, the two change names: a rename would have ext4 write it to the disk first. */
  appear(): Call {
    const call = this.#dated.replaces ? exchange : rename;
    return call(this.#directory, this.#partial, nameOf(this.path));
  }
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
