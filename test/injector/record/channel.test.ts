import { expect, test } from "vitest";
import { Channel } from "../../../injector/record/channel.ts";

test("a reader gets everything in order, before and after the close", async () => {
  const channel = new Channel<number>();
  channel.push(1);
  const reading = all(channel);
  channel.push(2);
  await Promise.resolve();
  channel.push(3);
  channel.close();
  expect(await reading).toEqual([1, 2, 3]);
});

test("a failure reaches the reader after the last item", async () => {
  const channel = new Channel<number>();
  channel.push(1);
  channel.close({ error: new Error("disk full") });
  const seen: number[] = [];
  await expect(
    (async () => {
      for await (const item of channel) seen.push(item);
    })(),
  ).rejects.toThrow("disk full");
  expect(seen).toEqual([1]);
});

test("writers wait while the reader is behind, and go on when it has caught up", async () => {
  const channel = new Channel<number>();
  let count = 0;
  while (channel.ready() === undefined) channel.push(count++);
  const room = channel.ready();
  expect(room).toBeInstanceOf(Promise);
  const reading = all(channel);
  await room;
  expect(channel.ready()).toBeUndefined();
  channel.close();
  expect((await reading).length).toBe(count);
});

async function all<T>(channel: Channel<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of channel) items.push(item);
  return items;
}
