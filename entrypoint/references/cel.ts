// CEL conditions (github.com/google/cel-spec), without variables, as Tekton compiles them. The only importer of the
// library, and itself imported only when a `when` has CEL in it.

import "../text/text-encoding.ts";
import { Environment } from "@marcbachmann/cel-js";

export type CelResult =
  | { readonly ok: true; readonly value: boolean }
  | { readonly ok: false; readonly problem: string };

/** Types are checked before anything is evaluated, and the answer has to be a boolean. */
export function evaluate(expression: string): CelResult {
  try {
    const checked = ENVIRONMENT.check(expression);
    if (!checked.valid) return { ok: false, problem: firstLine(checked.error) };
    const value: unknown = ENVIRONMENT.evaluate(expression);
    if (typeof value === "boolean") return { ok: true, value };
    return { ok: false, problem: "the expression is not true or false" };
  } catch (error) {
    return { ok: false, problem: firstLine(error) };
  }
}

/** The library's own set, with lists of mixed types, and two functions of the standard it lacks. */
const ENVIRONMENT = new Environment({ homogeneousAggregateLiterals: false })
  .registerFunction("matches(string, string): bool", (text: string, pattern: string) =>
    new RegExp(pattern, "u").test(text),
  )
  .registerFunction("int(google.protobuf.Timestamp): int", (time: { getTime(): number }) =>
    BigInt(Math.floor(time.getTime() / 1_000)),
  );

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
