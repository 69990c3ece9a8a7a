// A tar archive (POSIX ustar) that is the same bytes for the same content: entries in the order given, owned by root,
// dated with the epoch.

export interface Entry {
  /** Relative, without a trailing slash; at most 100 bytes. */
  readonly name: string;
  readonly mode: number;
  /** A file's; absent for a directory. */
  readonly content?: Uint8Array;
  /** A symbolic link's target, at most 100 bytes. */
  readonly link?: string;
}

export function tar(entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const { content = Buffer.alloc(0) } = entry;
    return [header(entry), content, Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

const BLOCK = 512;
const CHECKSUM_AT = 148;
const TYPE = { file: "0", link: "2", directory: "5" } as const;

const padding = (length: number): number => (BLOCK - (length % BLOCK)) % BLOCK;

function header({ name, mode, content, link = "" }: Entry): Buffer {
  const type = link !== "" ? TYPE.link : content === undefined ? TYPE.directory : TYPE.file;
  const path = type === TYPE.directory ? `${name}/` : name;
  for (const text of [path, link])
    if (Buffer.byteLength(text) > 100) throw new Error(`too long a name for a tar archive: ${text}`);
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content?.length ?? 0, 124, 12);
  octal(0, 136, 12);
  block.write(type, 156);
  block.write(link, 157);
  block.write("ustar\u000000", 257);
  // The sum is taken with blanks in its own place.
  block.fill(" ", CHECKSUM_AT, CHECKSUM_AT + 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, CHECKSUM_AT);
  return block;
}
