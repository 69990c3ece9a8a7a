#!/usr/bin/env node
// The command `baton`. Nothing is loaded before it is known to be needed: a cold start costs little more than Node's own.

import { mindStandardOutput } from "../cli/process/standard-output.ts";
import { guard } from "../cli/screen/visible.ts";
import { VERSION } from "../documents/version.ts";

declare global {
  /** Put in by the bundler, so that nobody has to load what reads words. */
  var BATON_HELP: string | undefined;
}
const help = globalThis.BATON_HELP;
/** A narrower terminal has its lines broken. */
const WIDTH = 80;

mindStandardOutput();
for (const stream of [process.stdout, process.stderr]) guard(stream);
const argv = process.argv.slice(2);
if (help !== undefined && isHelp(argv) && (process.stdout.columns ?? WIDTH) >= WIDTH)
  process.stdout.write(help);
else if (["version", "--version", "-V"].includes(argv[0] ?? "")) process.stdout.write(`baton ${VERSION}\n`);
else
  void import("../cli/main.ts")
    .then(({ main }) => main(argv))
    .then((exitCode) => {
      process.exitCode = exitCode;
    })
    .catch((error: unknown) => {
      const told = error instanceof Error ? error.stack : error;
      process.stderr.write(`error: baton itself has a defect, please report it\n${told}\n`);
      process.exitCode = 1;
    });

function isHelp([word = "", ...more]: readonly string[]): boolean {
  return ["--help", "-h"].includes(word) && more.length === 0;
}
