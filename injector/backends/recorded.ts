// What a step's entrypoint records, read by a backend. A command can write the file too, so that it is taken at its word
// only where it has the shape of a record; what it says beyond that shape is left out.

import * as v from "valibot";
import { isCacheStatus, type StepStatus } from "../../entrypoint/protocol/index.ts";
import { isRaw } from "../documents/raw.ts";

/** undefined where the text is no `StepStatus`. */
export function parseStatus(text: string): StepStatus | undefined {
  try {
    return asStatus(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function asStatus(value: unknown): StepStatus | undefined {
  const parsed = v.safeParse(status, value);
  return parsed.success ? (parsed.output as StepStatus) : undefined;
}

const ENDINGS = ["succeeded", "failed", "skipped", "cancelled", "timedOut", "lost", "setupFailed"] as const;
const text = v.optional(v.string());
/** For people, on one line. */
const sentence = v.optional(
  v.pipe(
    v.string(),
    v.transform((said) => said.replace(/\s*[\r\n]\s*/g, " ").slice(0, 4_096)),
  ),
);
const flag = v.optional(v.boolean());
const code = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));

const digest = v.custom<Readonly<Record<string, string>>>(
  (value) => isRaw(value) && Object.values(value).every((hex) => typeof hex === "string"),
);
const artifacts = v.optional(
  v.array(
    v.object({
      name: v.string(),
      uri: v.string(),
      digest,
      size: v.optional(v.number()),
      buildOutput: flag,
    }),
  ),
);

const status = v.object({
  protocol: v.number(),
  step: v.string(),
  task: text,
  state: v.picklist(["waiting", "running", ...ENDINGS]),
  by: v.optional(v.picklist(["command", "entrypoint"])),
  reason: text,
  message: sentence,
  cause: v.optional(v.object({ step: v.string(), state: v.picklist(ENDINGS) })),
  exitCode: v.optional(code),
  signal: text,
  tolerated: flag,
  taskTolerated: flag,
  stop: flag,
  attempt: v.pipe(v.number(), v.integer(), v.minValue(1)),
  attempts: v.optional(
    v.array(
      v.object({
        startedAt: v.string(),
        finishedAt: v.string(),
        exitCode: code,
        signal: text,
        reason: text,
      }),
    ),
  ),
  artifacts: v.optional(v.object({ inputs: artifacts, outputs: artifacts })),
  cache: v.optional(v.custom<NonNullable<StepStatus["cache"]>>(isCacheStatus)),
  waitingSince: v.string(),
  startedAt: text,
  finishedAt: text,
});
