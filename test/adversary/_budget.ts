// How long the adversary tries, and with which seed. ADVERSARY_SECONDS is shared by the files of this room, which run one
// after the other. `make adversary` takes a new ADVERSARY_SEED each time and prints it.
import fc from "fast-check";

/** Of all files of the room together. */
const SECONDS = Number(process.env["ADVERSARY_SECONDS"] ?? 60);
const SEED = Number(process.env["ADVERSARY_SEED"] ?? 1);

/** Milliseconds for a part that gets `share` of the whole: shares of the room add up to 1. */
export const budget = (share: number): number => SECONDS * 1_000 * share;

/** Tries what `property` says for its share of the time; what fails is made small, and told with its seed. */
export async function attack(
  share: number,
  property: fc.IAsyncProperty<never> | fc.IAsyncPropertyWithHooks<never>,
): Promise<void> {
  await fc.assert(property as fc.IAsyncProperty<never>, {
    seed: SEED,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: budget(share),
    markInterruptAsFailure: false,
  });
}

/** A number from 0 to 1 that follows from the seed: the same ones in the same order. */
export function random(): () => number {
  let state = SEED;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
