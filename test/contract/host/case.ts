// What a case of the host contract is. Cases name no test runner and no runtime, so that they can be bundled into a
// program for any host: vitest only reports.
import type { Cancel, Host, HostError } from "../../../entrypoint/host.ts";

export interface Subject {
  readonly host: Host;
  /** Absolute, empty, exists; the case may leave anything there. */
  readonly dir: string;
  /** argv of another process of the same host in one of the roles (roles.ts); only where `needs` asks for it. */
  readonly other: (role: string, ...words: readonly string[]) => readonly string[];
}

export interface Case {
  readonly name: string;
  /** A case that needs real processes does not run on the memory host. */
  readonly needs?: "processes";
  run(subject: Subject): void | Promise<void>;
}

export const never: Cancel = { fired: false, onFire: () => () => undefined };

/** A token and the hand that fires it. */
export function cancellation(): Cancel & { fire(): void } {
  const callbacks = new Set<() => void>();
  let fired = false;
  return {
    get fired() {
      return fired;
    },
    onFire: (callback) => {
      if (fired) callback();
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    fire: () => {
      fired = true;
      for (const callback of [...callbacks]) callback();
    },
  };
}

/** Fails unless both are the same JSON; `undefined` is unlike everything else. */
export function equal(actual: unknown, expected: unknown, what = "value"): void {
  const [is, should] = [text(actual), text(expected)];
  if (is !== should) throw new Error(`${what}: expected ${should}, got ${is}`);
}

export function ok(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** Fails unless the call throws a HostError with one of these codes that names a path: this one, where one is given. */
export function refuses(codes: readonly string[], call: () => unknown, about?: string): void {
  try {
    call();
  } catch (error) {
    const { name, code, path, message } = error as HostError;
    equal(name, "HostError", `what was thrown (${message})`);
    ok(codes.includes(code), `expected ${codes.join(" or ")}, got ${code} (${message})`);
    ok(typeof path === "string" && path !== "", `the error names its path: ${message}`);
    if (about !== undefined) equal(path, about, "the path of the error");
    return;
  }
  throw new Error(`expected ${codes.join(" or ")}, but the call succeeded`);
}

/** Fails unless the promise rejects with an error of this name. */
export async function rejects(name: string, promise: Promise<unknown>): Promise<void> {
  const outcome = await promise.then(
    () => "success",
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
  equal(outcome, name, "how the promise ended");
}

/** Looks every few milliseconds until the condition holds; fails in words after `limit` milliseconds. */
export async function eventually(
  host: Host,
  what: string,
  condition: () => boolean | Promise<boolean>,
  limit = 5_000,
) {
  const end = host.now() + limit;
  while (!(await condition())) {
    ok(host.now() < end, `within ${limit} ms: ${what}`);
    await host.sleep(5, never);
  }
}

/** Fails when the promise takes longer than `limit` milliseconds: a lost wake-up, or a look that came by a slow poll. */
export async function soon<T>(host: Host, what: string, promise: Promise<T>, limit = 2_000): Promise<T> {
  const tooLate = host.sleep(limit, never).then(() => {
    throw new Error(`within ${limit} ms: ${what}`);
  });
  return Promise.race([promise, tooLate]);
}

const text = (value: unknown): string => (value === undefined ? "undefined" : JSON.stringify(value));

/** Fails unless the promise rejects with a HostError with one of these codes. */
export async function refusesLater(codes: readonly string[], call: () => Promise<unknown>): Promise<void> {
  const code = await call().then(
    () => "no error",
    (error: HostError) => `${error.name} ${error.code}`,
  );
  ok(
    codes.some((one) => code === `HostError ${one}`),
    `expected ${codes.join(" or ")}, got ${code}`,
  );
}
