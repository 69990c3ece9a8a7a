// Whether a sidecar is ready: its test is run beside it, again and again, until it exits with 0.

import { CancelToken } from "../endings/cancel.ts";
import { type Cancel, type Host, Interrupted } from "../host.ts";
import { type Flags, formatDuration } from "../protocol/index.ts";

/** In milliseconds. The pauses between two tests grow, because what takes long is not ready to the millisecond. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 500;
const TEST_TIMEOUT = 30_000;

/** Resolves with why it is not ready, or with undefined when it is. Rejects with Interrupted when `over` fires first. */
export async function untilReady(host: Host, flags: Flags, over: Cancel): Promise<string | undefined> {
  const { ready_test: argv = [], ready_limit: limit = 0, ready_timeout: timeout = TEST_TIMEOUT } = flags;
  if (argv.length === 0) return undefined;
  const start = host.now();
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const problem = await test(host, argv, timeout, over);
    if (over.fired) throw new Interrupted();
    if (problem === undefined) return undefined;
    if (limit > 0 && host.now() - start >= limit)
      return `it was not ready within ${formatDuration(limit)}: ${problem}`;
    await host.sleep(pause, over);
  }
}

/** One run of it: undefined where it succeeded. */
async function test(
  host: Host,
  argv: readonly string[],
  timeout: number,
  over: Cancel,
): Promise<string | undefined> {
  const spawned = host.spawn({ argv, environment: host.environment, quiet: true });
  if (!spawned.ok) return `its test does not start: ${spawned.problem}`;
  const { process } = spawned;
  const ended = new CancelToken<true>();
  let isLate = false;
  const kill = () => process.signal("SIGKILL");
  const forget = over.onFire(kill);
  const late = host.sleep(timeout, ended).then(() => {
    isLate = true;
    kill();
  });
  const exit = await process.ended;
  ended.fire(true);
  forget();
  kill();
  await late.catch(() => undefined);
  if (isLate) return `its test took longer than ${formatDuration(timeout)}`;
  if ("signal" in exit) return `its test was ended by ${exit.signal}`;
  return exit.code === 0 ? undefined : `its test exits with ${exit.code}`;
}
