// The rest of the program, from the one bundle beside it. What V8 makes of that bundle's text is kept in the user's own
// cache, as a verb used it the first time: the next call of that verb compiles nothing.

import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Script, constants as vm } from "node:vm";
import type { Terminal } from "../cli/terminal.ts";

declare global {
  /** Put in by the bundler: which bundle it is. */
  var BATON_BUNDLE: string;
}
interface Program {
  main(terminal: Terminal): Promise<number>;
}

const BUNDLE = join(import.meta.dirname, "cli.code");

export function main(terminal: Terminal): Promise<number> {
  const file = placeFor(terminal.words[0] ?? "");
  const kept = file === undefined ? undefined : read(file);
  const script = new Script(readFileSync(BUNDLE, "latin1"), {
    filename: BUNDLE,
    ...(kept === undefined ? {} : { cachedData: kept }),
    importModuleDynamically: vm.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (file !== undefined && (kept === undefined || script.cachedDataRejected === true))
    process.once("exit", (exitCode) => exitCode === 0 && keep(file, script));
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(import.meta.url), module, BUNDLE, dirname(BUNDLE));
  return (module.exports as Program).main(terminal);
}

/** For this bundle, this Node and this verb; undefined where the user wants none, as Node's own variable says it. */
function placeFor(word: string): string | undefined {
  if (process.env["NODE_DISABLE_COMPILE_CACHE"]) return undefined;
  const verb = /^[a-z]{1,16}$/.test(word) ? word : "other";
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(cache, "baton/code", `${globalThis.BATON_BUNDLE}-${process.version}-${process.arch}-${verb}`);
}

/** Undefined where there is none of this user's that is whole. */
function read(file: string): Buffer | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const info = fstatSync(fd);
    if (!info.isFile() || info.uid !== process.getuid?.()) return undefined;
    const bytes = readFileSync(fd);
    const code = bytes.subarray(0, -END);
    return bytes.length > END && bytes.readUInt32LE(code.length) === code.length ? code : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** What is kept of other bundles goes. Where nothing can be kept, nothing is. */
function keep(file: string, script: Script): void {
  const folder = dirname(file);
  try {
    if (ownerAbove(folder) !== process.getuid?.()) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const code = script.createCachedData();
    const end = Buffer.alloc(END);
    end.writeUInt32LE(code.length);
    const whole = `${file}.${process.pid}`;
    writeFileSync(whole, Buffer.concat([code, end]), { mode: 0o600, flag: "wx" });
    renameSync(whole, file);
    for (const name of readdirSync(folder))
      if (!name.startsWith(globalThis.BATON_BUNDLE)) rmSync(join(folder, name), { force: true });
  } catch {
    // A disk that is full, a home that nobody may write to.
  }
}

/** V8 believes what it is given: that it is whole is seen by the length at its end. */
const END = 4;

/** Of the nearest directory that is there: with another user's home, one makes nothing in it. */
function ownerAbove(path: string): number {
  const info = statSync(path, { throwIfNoEntry: false });
  return info === undefined ? ownerAbove(dirname(path)) : info.uid;
}
