#!/usr/bin/env node
// The command `baton`. Nothing is loaded before it is known to be needed: a cold start costs little more than Node's own.

import { VERSION } from "../documents/version.ts";
import { processTerminal } from "./terminal.ts";

declare global {
  /** Put in by the bundler, so that nobody has to load what reads words. */
  var BATON_HELP: string | undefined;
}
const help = globalThis.BATON_HELP;
/** A narrower terminal has its lines broken. */
const WIDTH = 80;

const terminal = processTerminal(process.argv.slice(2));
const { out, err, words } = terminal;
if (help !== undefined && isHelp(words) && (out.columns ?? WIDTH) >= WIDTH) out.write(help);
else if (["version", "--version", "-V"].includes(words[0] ?? "")) out.write(`baton ${VERSION}\n`);
else
  void import("../cli/main.ts")
    .then(({ main }) => main(terminal))
    .then((exitCode) => {
      process.exitCode = exitCode;
    })
    .catch((error: unknown) => {
      const told = error instanceof Error ? error.stack : error;
      err.write(`error: baton itself has a defect, please report it\n${told}\n`);
      process.exitCode = 1;
    });

function isHelp([word = "", ...more]: readonly string[]): boolean {
  return ["--help", "-h"].includes(word) && more.length === 0;
}
