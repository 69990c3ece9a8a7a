// What the flags of a verb mean to the planner.

import { mistake } from "../../diagnostics/diagnostic.ts";
import type { PlanOptions } from "../../plan/model/plan-set.ts";
import { parseQuantity } from "../../plan/model/quantity.ts";
import type { MaxPodOptions } from "./input.ts";

/** Throws UserError. */
export const planOptions = ({ maxPod }: MaxPodOptions): PlanOptions =>
  maxPod === undefined ? {} : { maxPod: parseMaxPod(maxPod) };

type MaxPod = NonNullable<PlanOptions["maxPod"]>;

/** `--max-pod steps=10,cpu=4,memory=8Gi`: what one pod may have at most. Throws UserError. */
export function parseMaxPod(flag: string): MaxPod {
  const limits: Record<string, number | string> = {};
  for (const part of flag.split(",")) {
    const [name = "", value = "", ...more] = part.split("=");
    const wrong = more.length > 0 || !isLimit(name, value);
    if (wrong) throw mistake("bad-flag", `--max-pod ${flag}: "${part}" is no limit`, FORM);
    limits[name] = name === "steps" ? Number(value) : value;
  }
  return limits;
}

const FORM = "write --max-pod steps=10,cpu=4,memory=8Gi, or some of the three";

function isLimit(name: string, value: string): boolean {
  if (name === "steps") return /^[1-9]\d{0,5}$/.test(value);
  return (name === "cpu" || name === "memory") && (parseQuantity(value) ?? 0) > 0;
}
