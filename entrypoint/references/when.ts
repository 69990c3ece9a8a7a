// Conditions: all must hold. CEL first, in order, then `input operator values` (Tekton's order).

import { StepFault } from "../endings/fault.ts";
import { type Host, HostError } from "../host.ts";
import { parseJson } from "../text/json.ts";
import { type Reader, substituteText, substituteWords } from "./substitute.ts";

export type WhenExpression =
  | { readonly cel: string }
  | { readonly input: string; readonly operator: "in" | "notin"; readonly values: readonly string[] };

/** Throws StepFault (InvalidExpression) naming the expression that is none. */
export function parseWhen(text: string, flag: string): readonly WhenExpression[] {
  const list = parseJson(text);
  if (list === undefined) throw wrong(flag, "this is not JSON");
  if (!Array.isArray(list)) throw wrong(flag, "want a JSON list");
  return list.map((one: unknown, at) => {
    const expression = readExpression(one);
    if (expression === undefined)
      throw wrong(flag, `expression ${at + 1}: want {input, operator: in|notin, values} or {cel}`);
    return expression;
  });
}

/** The sentence of the first expression that is false; undefined where all hold. */
export async function findFalse(
  host: Pick<Host, "bounded">,
  expressions: readonly WhenExpression[],
  read: Reader,
): Promise<string | undefined> {
  for (const expression of expressions) {
    if (!("cel" in expression)) continue;
    const text = substituteText(expression.cel, read);
    if (!(await celHolds(host, text))) return `${shortened(text)} is false`;
  }
  for (const expression of expressions) {
    if ("cel" in expression) continue;
    const input = substituteText(expression.input, read);
    const values = substituteWords(expression.values, read);
    if (values.includes(input) !== (expression.operator === "in"))
      return `"${input}" ${expression.operator} [${values.map((value) => `"${value}"`).join(", ")}] is false`;
  }
  return undefined;
}

/** Every text of the expressions that may hold references. */
export const textsOf = (expressions: readonly WhenExpression[]): readonly string[] =>
  expressions.flatMap((one) => ("cel" in one ? [one.cel] : [one.input, ...one.values]));

const wrong = (flag: string, why: string): StepFault =>
  new StepFault("InvalidExpression", `-${flag}: ${why}`);

function readExpression(value: unknown): WhenExpression | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { cel, input = "", operator, values: given } = value as Readonly<Record<string, unknown>>;
  if (typeof cel === "string" && cel !== "") return { cel };
  // Go writes null for a list that was never set.
  const values = given ?? [];
  const texts = Array.isArray(values) && values.every((item) => typeof item === "string");
  if (typeof input !== "string" || (operator !== "in" && operator !== "notin") || !texts) return undefined;
  return { input, operator, values };
}

/** An expression that anybody may have written: of the processor's time, in milliseconds. */
const LONGEST = 500;

/** The library is loaded here and nowhere else: a step without CEL does not pay for it. */
async function celHolds(host: Pick<Host, "bounded">, text: string): Promise<boolean> {
  const { evaluate } = await import("./cel.ts");
  const wrong = (why: string) => new StepFault("InvalidExpression", `when: ${shortened(text)}: ${why}`);
  try {
    const result = host.bounded(LONGEST, () => evaluate(text));
    if (result.ok) return result.value;
    throw wrong(result.problem);
  } catch (error) {
    if (error instanceof HostError) throw wrong(`it takes longer than ${LONGEST} ms`);
    throw error;
  }
}

const shortened = (text: string): string => (text.length > 500 ? `${text.slice(0, 500)}…` : text);
