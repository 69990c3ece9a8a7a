// The options of a run that say where its cache is.

import type { Command } from "commander";
import { cacheFolder, openCache } from "../../cache/folder.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import type { PlanCache } from "../../plan/model/plan-set.ts";
import type { Terminal } from "../terminal.ts";

export interface CacheOptions {
  /** A folder; true for the usual one, false where `--no-cache` was given. */
  readonly cache?: string | boolean;
  readonly cacheSize?: string;
}

export const addCache = (command: Command): Command =>
  command
    .option(
      "--cache [dir]",
      "take what steps with `cache` leave from there (default: BATON_CACHE, or ~/.cache/baton/cas)",
    )
    .option("--no-cache", "run every step, and keep nothing")
    .option("--cache-size <size>", "what the cache may take, when the run is over (default: 10Gi)");

/** undefined where there is none. Throws UserError where it cannot be used. */
export function cacheAsked(
  { environment }: Terminal,
  { cache }: CacheOptions,
  run: string,
): PlanCache | undefined {
  const given = cache ?? environment["BATON_CACHE"];
  if (given === undefined || given === false || given === "") return undefined;
  const folder = given === true ? environment["BATON_CACHE"] || cacheFolder(environment) : given;
  if (folder.startsWith("claim:"))
    throw mistake(
      "bad-flag",
      `--cache ${folder} is of a cluster, and this run is on this machine`,
      "name a folder",
    );
  return { source: { kind: "folder", path: openCache(folder) }, run };
}

/** Of a cluster: `claim:NAME`. Throws UserError for anything else. */
export function claimAsked({ cache }: CacheOptions, run: string): PlanCache | undefined {
  if (cache === undefined || cache === false) return undefined;
  const claim =
    typeof cache === "string"
      ? /^claim:([a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?)$/.exec(cache)?.[1]
      : undefined;
  if (claim === undefined)
    throw mistake("bad-flag", `--cache ${cache} is nothing that a pod can mount`, "write --cache claim:NAME");
  return { source: { kind: "claim", claim }, run };
}

/** Bytes. Throws UserError. */
export function sizeAsked(text: string): number {
  const match = /^(\d{1,9})(?:([KMGT])i?B?)?$/.exec(text);
  const [, number = "", unit = ""] = match ?? [];
  if (match === null) throw mistake("bad-flag", `"${text}" is no size`, "write it like 500Mi or 10Gi");
  return Number(number) * 1024 ** (unit === "" ? 0 : "KMGT".indexOf(unit) + 1);
}

export const USUAL_SIZE = "10Gi";
