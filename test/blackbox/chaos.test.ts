// Chaos: graphs of 50 steps on the native build, random deaths at random moments. No hang, and every record is true.
// CHAOS_ROUNDS=5000 plays that many rounds; CHAOS_SEED=n begins with that seed: a failure prints its own.
import { expect, test } from "vitest";
import { makeRound, playRound } from "./_chaos.ts";
import { NATIVE } from "./_entrypoint.ts";
import { runFolder } from "./_run.ts";

const SIZE = 50;
/** Without a number of rounds: as many as this many milliseconds allow. */
const ENOUGH = 40_000;
const FIRST = Number(process.env["CHAOS_SEED"] ?? 1);
const ROUNDS = Number(process.env["CHAOS_ROUNDS"] ?? Number.POSITIVE_INFINITY);

test.each(NATIVE)(
  "$name: whatever dies, nothing hangs and every record is true",
  async (build) => {
    const end = ROUNDS < Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Date.now() + ENOUGH;
    let span = 400;
    for (let seed = FIRST; seed < FIRST + ROUNDS && Date.now() < end; seed++) {
      const run = runFolder();
      const begun = Date.now();
      const wrong = await playRound(build, run, makeRound(seed, SIZE), span).catch((error: Error) => [
        error.message,
      ]);
      expect(wrong, `CHAOS_SEED=${seed}`).toEqual([]);
      span = Date.now() - begun;
      run.remove();
    }
  },
  Math.min(ROUNDS * 20_000, 2 ** 31 - 1),
);
