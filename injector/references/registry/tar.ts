// The first regular file of a tar archive (POSIX ustar), which is all that a layer of a bundle holds.

const BLOCK = 512;

/** Undefined where there is none, or none that is whole. */
export function firstFile(archive: Buffer): Buffer | undefined {
  let at = 0;
  while (at + BLOCK <= archive.length && archive[at] !== 0) {
    const digits = archive.toString("latin1", at + 124, at + 136).replace(/[\0 ]/g, "") || "0";
    if (!/^[0-7]{1,12}$/.test(digits)) return undefined;
    const size = Number.parseInt(digits, 8);
    const type = archive.toString("latin1", at + 156, at + 157);
    const start = at + BLOCK;
    if (type === "0" || type === "\0")
      return start + size <= archive.length ? archive.subarray(start, start + size) : undefined;
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}
