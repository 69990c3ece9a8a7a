// Signals by name, as the kernel queues them: all have been blocked since the start, and a descriptor tells of them.

import * as native from "baton:native";
import { onReadable } from "./loop.ts";

export const SIGKILL = 9;
export const SIGCHLD = 17;
const FIRST_REAL_TIME = 34;
const LAST_REAL_TIME = 64;

const NAMES: readonly string[] = (
  "0 HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU " +
  "URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
)
  .split(" ")
  .map((name) => `SIG${name}`);

const childHandlers: (() => void)[] = [];
const handlers: ((name: string) => void)[] = [];
let listening = false;

/** Every signal but SIGCHLD. */
export function onSignal(handler: (name: string) => void): void {
  handlers.push(handler);
  listen();
}

/** SIGCHLD: one or more children have ended. */
export function onChildren(handler: () => void): void {
  childHandlers.push(handler);
  listen();
}

/** Real-time signals are called as `kill -l` calls them: SIGRTMIN, SIGRTMIN+1 … SIGRTMAX. */
export function signalName(number: number): string {
  const known = NAMES[number];
  if (known !== undefined) return known;
  if (number === LAST_REAL_TIME) return "SIGRTMAX";
  if (number < FIRST_REAL_TIME) return `SIG${number}`;
  return number === FIRST_REAL_TIME ? "SIGRTMIN" : `SIGRTMIN+${number - FIRST_REAL_TIME}`;
}

/** undefined where there is no signal of that name. */
export function signalNumber(name: string): number | undefined {
  for (let number = 1; number <= LAST_REAL_TIME; number++) if (signalName(number) === name) return number;
  return undefined;
}

function listen(): void {
  if (listening) return;
  listening = true;
  const descriptor = native.signals();
  if (descriptor < 0) throw new Error(`signalfd: ${native.strerror(-descriptor)}`);
  onReadable(descriptor, () => {
    const numbers = native.readSignals(descriptor);
    for (const number of numbers) if (number !== SIGCHLD) relay(signalName(number));
    if (numbers.includes(SIGCHLD)) for (const handler of childHandlers) handler();
  });
}

function relay(name: string): void {
  for (const handler of handlers) handler(name);
}
