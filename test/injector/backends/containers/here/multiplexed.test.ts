// However docker's frames are cut on their way, each stream gets its own bytes, and those it has had already only once.
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parted } from "../../../../../injector/backends/containers/here/multiplexed.ts";

type Frame = readonly ["stdout" | "stderr", string];

const bytesOf = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(
    frames.flatMap(([stream, content]) => {
      const body = Buffer.from(content);
      const head = Buffer.from([stream === "stderr" ? 2 : 1, 0, 0, 0, 0, 0, 0, 0]);
      head.writeUInt32BE(body.length, 4);
      return [head, body];
    }),
  );

async function* cut(bytes: Buffer, at: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const to of [...at].sort((a, b) => a - b)) {
    yield bytes.subarray(from, to);
    from = to;
  }
  yield bytes.subarray(from);
}

async function read(source: AsyncIterable<Buffer>, skip?: { stdout: number; stderr: number }) {
  const onto = { stdout: new PassThrough(), stderr: new PassThrough() };
  const { ended, told } = parted(source, onto, skip);
  const texts = Promise.all([text(onto.stdout), text(onto.stderr)]);
  await ended;
  onto.stdout.end();
  onto.stderr.end();
  const [stdout, stderr] = await texts;
  return { stdout, stderr, told };
}

const frames = fc.array(
  fc.tuple(fc.constantFrom("stdout" as const, "stderr" as const), fc.stringMatching(/^[a-z]{0,20}$/)),
);
const joined = (all: readonly Frame[], of: Frame[0]) =>
  all.map(([stream, content]) => (stream === of ? content : "")).join("");

test("frames arrive whole, wherever they are cut", async () => {
  await fc.assert(
    fc.asyncProperty(frames, fc.array(fc.nat(400)), async (all, at) => {
      const { stdout, stderr } = await read(cut(bytesOf(all), at));
      expect({ stdout, stderr }).toEqual({ stdout: joined(all, "stdout"), stderr: joined(all, "stderr") });
    }),
  );
});

test("what has been told is left out, and what is told is counted", async () => {
  await fc.assert(
    fc.asyncProperty(frames, fc.nat(30), fc.nat(30), async (all, out, err) => {
      const { stdout, stderr, told } = await read(cut(bytesOf(all), []), { stdout: out, stderr: err });
      expect(stdout).toBe(joined(all, "stdout").slice(out));
      expect(stderr).toBe(joined(all, "stderr").slice(err));
      expect(told).toEqual({ stdout: joined(all, "stdout").length, stderr: joined(all, "stderr").length });
    }),
  );
});

test("a stream that breaks off ends, with what there was", async () => {
  async function* broken() {
    yield bytesOf([["stdout", "all"]]);
    yield Buffer.from([1, 0, 0]);
    throw new Error("socket hang up");
  }
  expect(await read(broken())).toMatchObject({ stdout: "all", stderr: "" });
});
