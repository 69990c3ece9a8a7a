// The healthcheck of a service, as the entrypoint asks it.

import type { Flags } from "../../../entrypoint/protocol/index.ts";
import { parseDuration } from "../../../entrypoint/protocol/index.ts";
import { asRaw } from "../../documents/raw.ts";
import type { Raw } from "../../documents/spec.ts";

/** The words stay as they are written: what stands for a variable in them is compose's to replace. */
export function readyFlags({ healthcheck }: Raw): Flags {
  const { test, interval, timeout, retries, start_period: start } = asRaw(healthcheck);
  const words = testWords(test);
  if (words.length === 0) return {};
  const limit = milliseconds(start, 0) + Number(retries ?? 3) * milliseconds(interval, 30_000);
  return {
    ready_test: words,
    ready_timeout: milliseconds(timeout, 30_000),
    ...(limit > 0 ? { ready_limit: limit } : {}),
  };
}

function testWords(test: unknown): readonly string[] {
  if (typeof test === "string") return shell(test);
  const [kind, ...words] = Array.isArray(test) ? test.map(String) : [];
  if (kind === "CMD-SHELL") return shell(words.join(" "));
  return kind === "CMD" ? words : [];
}

const shell = (line: string): readonly string[] => ["/bin/sh", "-c", line];

/** Compose's durations are Go's, and days. */
function milliseconds(text: unknown, otherwise: number): number {
  const days = /^(\d+)d$/.exec(String(text ?? ""));
  if (days !== null) return Number(days[1]) * 86_400_000;
  return (text === undefined ? undefined : parseDuration(String(text))) ?? otherwise;
}
