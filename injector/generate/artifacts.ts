// Artifacts as the SDK has them: records by name. What does not fit goes to `raw` as it is.

import { isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";
import { mapRecord, only, recordOf } from "./fields.ts";
import type { Scope } from "./scope.ts";
import { deep } from "./text.ts";

/** Of a step of one's own. */
export const asArtifacts =
  (scope: Scope) =>
  (value: unknown): unknown => {
    const lists = listsOf(value);
    if (lists === undefined) return undefined;
    const [inputs, outputs] = [lists.inputs, lists.outputs].map((list) =>
      mapRecord(list, (one) => deep(one, scope) as object),
    );
    return { inputs, outputs };
  };

/** Of a Task that is used: each input is one output, or (of a Task as a step) the one around it of that name. */
export const asBoundArtifacts =
  (scope: Scope, passes: boolean) =>
  (value: unknown): unknown => {
    const lists = listsOf(value);
    if (lists?.inputs === undefined || lists.outputs !== undefined) return undefined;
    const inputs = mapRecord(lists.inputs, ({ from, ...rest }) => {
      if (!only(rest) || (from === undefined && !passes)) return undefined;
      return from === undefined ? true : deep(from, scope);
    });
    return inputs && { inputs };
  };

/** Names of the lists' entries, to be known as `inputs.<name>.path`. */
export const artifactNames = (value: unknown, list: "inputs" | "outputs"): readonly string[] =>
  Object.keys(listsOf(value)?.[list] ?? {});

function listsOf(
  value: unknown,
): Partial<Record<"inputs" | "outputs", Readonly<Record<string, Raw>>>> | undefined {
  if (!isRaw(value) || !only(value, "inputs", "outputs")) return undefined;
  const [inputs, outputs] = [value["inputs"], value["outputs"]].map((list) =>
    list === undefined ? undefined : (recordOf(list) ?? "none"),
  );
  if (inputs === "none" || outputs === "none") return undefined;
  return { ...(inputs && { inputs }), ...(outputs && { outputs }) };
}
