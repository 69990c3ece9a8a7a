// Docker sends standard output and standard error through one stream, in frames: a byte that says which, three of nothing,
// four of length, and so many of content.

import type { PassThrough } from "node:stream";

export interface Onto {
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
}

/** Bytes of each. */
export interface Told {
  stdout: number;
  stderr: number;
}

/** Hands them on as they come, but for `skip` bytes, which have been before. Who does not read slows the stream. */
export function parted(
  source: AsyncIterable<Buffer>,
  onto: Onto,
  skip: Readonly<Told> = { stdout: 0, stderr: 0 },
): { readonly ended: Promise<void>; readonly told: Told } {
  const told: Told = { stdout: 0, stderr: 0 };
  const hand = async (stream: "stdout" | "stderr", content: Buffer) => {
    const known = Math.min(content.length, Math.max(0, skip[stream] - told[stream]));
    told[stream] += content.length;
    const fresh = content.subarray(known);
    if (fresh.length > 0 && !onto[stream].write(fresh))
      await new Promise((resolve) => onto[stream].once("drain", resolve));
  };
  const all = async () => {
    for await (const { stream, content } of framesIn(source)) await hand(stream, content);
  };
  // An engine that has gone away breaks the stream off: whoever asked finds that out by other means.
  return { ended: all().catch(() => undefined), told };
}

interface Frame {
  readonly stream: "stdout" | "stderr";
  readonly content: Buffer;
}

async function* framesIn(source: AsyncIterable<Buffer>): AsyncGenerator<Frame, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of source) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    for (let end = endOf(rest); end <= rest.length; end = endOf(rest)) {
      yield { stream: rest[0] === STDERR ? "stderr" : "stdout", content: rest.subarray(HEADER, end) };
      rest = rest.subarray(end);
    }
  }
}

/** Of the first frame; beyond everything where not even its length is there. */
const endOf = (bytes: Buffer): number =>
  bytes.length < HEADER ? Number.POSITIVE_INFINITY : HEADER + bytes.readUInt32BE(4);

const HEADER = 8;
const STDERR = 2;
