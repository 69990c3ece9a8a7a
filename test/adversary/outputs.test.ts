// Attested is what was there: whatever a command leaves running, nothing of it changes what was hashed.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NATIVE, startStep, within } from "../blackbox/_entrypoint.ts";
import { runFolder } from "../blackbox/_run.ts";
import { budget } from "./_budget.ts";

const ROUNDS = 100;

/** Ways out of the process group; each leaves a loop that writes to $1. */
const WAYS: Readonly<Record<string, string>> = {
  "a session of its own": '(setsid sh -c \'while :; do echo EVIL > "$1"; done\' sh "$1" &)',
  "two forks and a session": '(setsid sh -c \'(while :; do echo EVIL > "$1"; done) &\' sh "$1" &) &',
  "many that breed":
    'for i in 1 2 3 4 5; do setsid sh -c \'f() { while :; do echo EVIL > "$1"; (setsid sh -c "echo EVIL > $1; sleep 0.01" &); done; }; f "$1"\' sh "$1" & done',
};

describe.each(NATIVE)("$name: a writer that gets away by", (build) => {
  test.each(Object.keys(WAYS))("%s writes nothing more", async (way) => {
    const end = Date.now() + budget(0.25 / Object.keys(WAYS).length);
    for (let round = 0; round < ROUNDS && (round === 0 || Date.now() < end); round++) {
      const run = runFolder();
      const product = run.file("product");
      const outputs = [{ name: "p", path: product }];
      const flags = ["-artifacts", JSON.stringify({ outputs })];
      const script = `echo good > "$1"; ${WAYS[way]}\necho good > "$1"; exit 0`;
      const step = startStep(build, run, 0, ["sh", "-c", script, "sh", product], { flags });
      expect((await within(20_000, "it ends", step.ended)).code).toBe(0);
      const digest = createHash("sha256").update(readFileSync(product)).digest("hex");
      expect(run.status(0).artifacts?.outputs?.[0]?.digest).toEqual({ sha256: digest });
      run.remove();
    }
  });
});
