// A tar archive (POSIX ustar) of a few files, enough for an image of one binary. Without times and owners, so that the
// same content is the same archive.

const BLOCK = 512;

export interface TarFile {
  /** Without a leading slash, at most 100 bytes; directories end with one. */
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

export function tar(files: readonly TarFile[]): Uint8Array {
  const parts = files.flatMap(({ path, mode, content }) => [
    header(path, mode, content.length),
    content,
    new Uint8Array(-content.length & (BLOCK - 1)),
  ]);
  return Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]);
}

// --- Internal helpers ---

function header(path: string, mode: number, size: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  block.write(path, 0, 100, "utf8");
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write("        ", 148, "latin1");
  block.write(path.endsWith("/") ? "5" : "0", 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}
