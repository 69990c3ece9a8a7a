// The first regular file of a tar archive (POSIX ustar), which is all that a layer of a bundle holds.

const BLOCK = 512;

/** Undefined where there is none. */
export function firstFile(archive: Buffer): Buffer | undefined {
  let at = 0;
  while (at + BLOCK <= archive.length && archive[at] !== 0) {
    const size = Number.parseInt(
      archive.toString("latin1", at + 124, at + 136).replace(/[\0 ]/g, "") || "0",
      8,
    );
    const type = archive.toString("latin1", at + 156, at + 157);
    const start = at + BLOCK;
    if (type === "0" || type === "\0") return archive.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}
