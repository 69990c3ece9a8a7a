// Chaos: graphs of 50 steps on the native build, random deaths at random moments. No hang, and every record is true.
// CHAOS_ROUNDS=5000 plays longer; CHAOS_SEED=n begins with that seed: a failure prints its own.
import { expect, test } from "vitest";
import { makeRound, playRound } from "./_chaos.ts";
import { NATIVE } from "./_entrypoint.ts";
import { runFolder } from "./_run.ts";

const ROUNDS = Number(process.env["CHAOS_ROUNDS"] ?? 40);
const FIRST = Number(process.env["CHAOS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const SIZE = 50;

test.each(NATIVE)(
  `$name: ${ROUNDS} rounds of chaos`,
  async (build) => {
    for (let seed = FIRST; seed < FIRST + ROUNDS; seed++) {
      const run = runFolder();
      const wrong = await playRound(build, run, makeRound(seed, SIZE)).catch((error: Error) => [
        error.message,
      ]);
      expect(wrong, `CHAOS_SEED=${seed}`).toEqual([]);
      run.remove();
    }
  },
  ROUNDS * 20_000,
);
