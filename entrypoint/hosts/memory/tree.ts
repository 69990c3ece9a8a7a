// A file system in memory: directories, files, symbolic links and life lines, with the errors POSIX gives.

import { type FileInfo, HostError, type Path } from "../../host.ts";
import { FAULTS, faultWords, pathOf } from "../../protocol/index.ts";

export interface FileNode {
  readonly type: "file";
  bytes: Uint8Array;
  mode: number;
}
/** A life line. */
export interface SocketNode {
  readonly type: "socket";
  held: boolean;
}
export interface DirectoryNode {
  readonly type: "directory";
  readonly entries: Map<string, Node>;
  mode: number;
}
export interface LinkNode {
  readonly type: "link";
  readonly target: string;
}
export type Node = FileNode | SocketNode | DirectoryNode | LinkNode;

/** Where a path leads: the directory that has it, its last name, and what is there. */
export interface Place {
  readonly parent: DirectoryNode;
  readonly name: string;
  readonly node: Node | undefined;
  /** Absolute, without links. */
  readonly path: string;
}

export class Tree {
  readonly root: DirectoryNode = { type: "directory", entries: new Map(), mode: 0o755 };

  /**
   * The path without links of what a step can shape; ELOOP where a link is on the way, or, where asked, the last name is
   * one. Any other path is what it is.
   */
  real(path: Path, last: "may be a link" | "is no link" = "is no link"): string {
    if (typeof path === "string") return path;
    const names = path.path.split("/").filter((name) => name !== "" && name !== ".");
    if (names.includes("..") || names.length === 0)
      throw new HostError(FAULTS.outside, `${pathOf(path)}: leads out of its directory`, pathOf(path));
    const root = this.find(path.root);
    let at = root?.path ?? path.root;
    for (const [index, name] of names.entries()) {
      at = `${at}/${name}`;
      const node = this.find(at, false)?.node;
      if (node?.type !== "link" || (index === names.length - 1 && last === "may be a link")) continue;
      const link = pathOf({ root: path.root, path: names.slice(0, index + 1).join("/") });
      throw new HostError(FAULTS.link, faultWords.link(pathOf(path), link, node.target), pathOf(path));
    }
    return at;
  }

  /** Follows every link but, where asked, the last. undefined where the directory is not there or is none. */
  find(path: string, follow = true, depth = 0): Place | undefined {
    if (depth > 40) throw new HostError("ELOOP", `${path}: too many links`, path);
    const names = path.split("/").filter((name) => name !== "" && name !== ".");
    let place: Place = { parent: this.root, name: "", node: this.root, path: "" };
    for (const [at, name] of names.entries()) {
      const parent = place.node;
      if (parent?.type !== "directory") return undefined;
      const node = parent.entries.get(name);
      place = { parent, name, node, path: `${place.path}/${name}` };
      if (node?.type !== "link" || (at === names.length - 1 && !follow)) continue;
      const target = node.target.startsWith("/")
        ? node.target
        : `${place.path.slice(0, -name.length)}${node.target}`;
      return this.find([target, ...names.slice(at + 1)].join("/"), follow, depth + 1);
    }
    return place;
  }

  /** As `find`, for something that is to be made there: ENOENT where its directory is missing. */
  place(path: string, follow = false): Place {
    const place = this.find(path, follow);
    if (place === undefined) throw noEntry(path);
    return place;
  }

  /** `mode` is that of a new directory, `exact` that of the last one in any case. */
  makeDirectory(path: string, mode: number, exact?: number): void {
    const names = path.split("/").filter((name) => name !== "");
    for (let count = 1; count <= names.length; count++) {
      const part = `/${names.slice(0, count).join("/")}`;
      const { parent, name, node } = this.place(part, true);
      if (node === undefined) parent.entries.set(name, { type: "directory", entries: new Map(), mode });
      else if (node.type !== "directory") throw new HostError("ENOTDIR", `${part}: not a directory`, part);
    }
    const made = this.find(path)?.node;
    if (made?.type === "directory" && exact !== undefined) made.mode = exact;
  }

  /** Puts a node at a path as rename(2) does. */
  put(path: string, node: Node): void {
    const place = this.place(path);
    if (place.node?.type === "directory" && node.type !== "directory")
      throw new HostError("EISDIR", `${path}: is a directory`, path);
    place.parent.entries.set(place.name, node);
  }

  /** The path without links of a directory that is there. */
  directory(path: string): string {
    const place = this.find(path);
    if (place?.node === undefined) throw noEntry(path);
    if (place.node.type === "directory") return place.path;
    throw new HostError("ENOTDIR", `${path}: not a directory`, path);
  }

  file(path: string): FileNode | undefined {
    const node = this.find(path)?.node;
    if (node === undefined || node.type === "link") return undefined;
    if (node.type === "file") return node;
    if (node.type === "directory") throw new HostError(FAULTS.directory, `${path}: is a directory`, path);
    throw new HostError(FAULTS.notAFile, faultWords.notAFile(path), path);
  }

  info(path: string): FileInfo | undefined {
    const node = this.find(path)?.node;
    if (node === undefined || node.type === "link") return undefined;
    if (node.type === "socket") return { size: 0, mode: 0o777, type: "socket" };
    const size = node.type === "file" ? node.bytes.length : 4096;
    return { size, mode: node.mode, type: node.type };
  }
}

export const noEntry = (path: string): HostError =>
  new HostError("ENOENT", `${path}: no such file or directory`, path);
