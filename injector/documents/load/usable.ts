// What is left of an object that does not have its shape: without the parts that are wrong it may still be looked at, so
// that one slip does not hide the others.

import { type GenericSchema, safeParse } from "valibot";
import type { Path } from "./path.ts";

export interface WrongPart {
  /** From the value's root. */
  readonly path: Path;
  /** What it was probably meant to be called. */
  readonly meant?: string;
}

/** Undefined where what is wrong says what there is: without it, whatever speaks of that would seem wrong, too. */
export function usable<T>(
  schema: GenericSchema<unknown, T>,
  value: unknown,
  wrong: readonly WrongPart[],
): T | undefined {
  if (wrong.length === 0 || wrong.some(declares)) return undefined;
  const parsed = safeParse(
    schema,
    without(
      value,
      wrong.map(({ path }) => path),
    ),
  );
  return parsed.success ? parsed.output : undefined;
}

const declares = ({ path, meant }: WrongPart): boolean => {
  const field = path.at(-1);
  return typeof field !== "string" || DECLARING.has(field) || (meant !== undefined && DECLARING.has(meant));
};

const DECLARING: ReadonlySet<string> = new Set([
  ...["name", "params", "workspaces", "results", "steps", "tasks", "finally", "volumes", "sidecars", "type"],
  ...[
    "properties",
    "default",
    "matrix",
    "include",
    "taskSpec",
    "pipelineSpec",
    "taskRef",
    "pipelineRef",
    "ref",
  ],
]);

function without(value: unknown, paths: readonly Path[]): unknown {
  if (Array.isArray(value)) return value.map((item, at) => without(item, below(paths, at)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const inside = below(paths, key);
      return inside.some((path) => path.length === 0) ? [] : [[key, without(item, inside)] as const];
    }),
  );
}

const below = (paths: readonly Path[], key: string | number): readonly Path[] =>
  paths.filter(([first]) => first === key).map((path) => path.slice(1));
