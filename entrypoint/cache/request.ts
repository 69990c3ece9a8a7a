// What `-cache` asks for.

import { StepFault } from "../endings/fault.ts";
import type { CacheRequest } from "../protocol/index.ts";
import { isRecordOf, isText, parseObject } from "../text/json.ts";

/** Throws StepFault where it is not what it should be. */
export function parseRequest(text: string): CacheRequest {
  const request = parseObject(text);
  const isRight =
    request !== undefined &&
    TEXTS.every((name) => isText(request[name] ?? "")) &&
    LISTS.every((name) => isTexts(request[name] ?? [])) &&
    isRecordOf(request["facts"] ?? {}, isText) &&
    isText(request["dir"]) &&
    isText(request["run"]) &&
    ["undefined", "number"].includes(typeof request["ttl"]);
  if (!isRight)
    throw new StepFault("InvalidFlags", "-cache: want a JSON object of dir, run and what they are for");
  return request as unknown as CacheRequest;
}

const TEXTS = ["image", "script", "root"];
const LISTS = ["key", "ignore", "secrets", "declared", "mounts"];

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
