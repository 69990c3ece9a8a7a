// What the flags of a verb mean to the planner.

import { parseMaxPod } from "../../plan/model/max-pod.ts";
import type { PlanOptions } from "../../plan/model/plan-set.ts";
import type { MaxPodOptions } from "./input.ts";

/** Throws UserError. */
export const planOptions = ({ maxPod }: MaxPodOptions): PlanOptions =>
  maxPod === undefined ? {} : { maxPod: parseMaxPod(maxPod) };
