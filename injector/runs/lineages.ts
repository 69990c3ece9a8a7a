// What is known of where data comes from: by kept runs, by records and statements in files.

import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { readBeneath } from "../beneath/read.ts";
import { mistake } from "../diagnostics/diagnostic.ts";
import { lineageOf, lineageOfClaims, type RunLineage } from "../lineage/summary.ts";
import { parseRecord } from "../provenance/parse-record.ts";
import { claimsOf } from "../verify/claims.ts";
import { LONGEST, readEnvelopes } from "../verify/envelope.ts";
import { FILES, runNames } from "./folder.ts";
import { findRun } from "./kept.ts";

/** Of all runs that are kept in `root`, the oldest first; one that has not ended has left nothing. */
export const keptLineages = (root: string): readonly RunLineage[] =>
  runNames(root).flatMap((name) => keptLineage(root, name) ?? []);

/**
 * `wanted` is a kept run, a folder of kept runs, of records and of statements, or a file with a record or with statements.
 * Throws UserError where it is nothing of that.
 */
export function lineagesAt(root: string, wanted: string): readonly RunLineage[] {
  const info = statSync(wanted, { throwIfNoEntry: false });
  if (info?.isFile() === true) {
    const found = inFile(dirname(resolve(wanted)), basename(wanted), wanted);
    if (found.length > 0) return found;
    throw mistake(
      "bad-record",
      `${wanted} holds neither a record of a run nor provenance`,
      "write one with `baton run … -o record.json`, or with --provenance",
    );
  }
  if (info?.isDirectory() === true) return inFolder(resolve(wanted));
  const { folder } = findRun(root, wanted);
  return [keptLineage(dirname(folder), basename(folder)) ?? []].flat();
}

/** A run's own folder, or one of many things. What is something else is passed over. */
function inFolder(folder: string): readonly RunLineage[] {
  const own = keptLineage(dirname(folder), basename(folder));
  if (own !== undefined) return [own];
  const files = readdirSync(folder).filter((name) => /\.jsonl?$/.test(name));
  return [
    ...keptLineages(folder),
    ...files.sort().flatMap((name) => inFile(folder, name, join(folder, name))),
  ];
}

/** A run that an older baton has kept has its record alone. */
function keptLineage(root: string, name: string): RunLineage | undefined {
  const summary = jsonIn(root, join(name, FILES.lineage));
  if (isLineage(summary)) return { ...summary, kept: name };
  const record = readBeneath(root, join(name, FILES.record), LONGEST);
  if (record.kind !== "file") return undefined;
  const parsed = recordIn(record.bytes.toString("utf8"), name);
  return parsed === undefined ? undefined : { ...parsed, kept: name };
}

function jsonIn(root: string, path: string): unknown {
  const found = readBeneath(root, path, LONGEST);
  if (found.kind !== "file") return undefined;
  try {
    return JSON.parse(found.bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

function inFile(folder: string, name: string, shown: string): readonly RunLineage[] {
  const found = readBeneath(folder, name, LONGEST);
  if (found.kind !== "file") return [];
  const text = found.bytes.toString("utf8");
  const record = recordIn(text, shown);
  return record === undefined ? inStatements(text, shown) : [record];
}

function recordIn(text: string, file: string): RunLineage | undefined {
  try {
    return lineageOf(parseRecord(text, file));
  } catch {
    return undefined;
  }
}

/** What they say, whoever has signed them. */
function inStatements(text: string, file: string): readonly RunLineage[] {
  const read = readEnvelopes(text, file, { unsigned: true });
  if (read.kind === "refused") return [];
  return read.envelopes.flatMap((envelope) => {
    const claims = claimsOf(envelope);
    return typeof claims === "string" ? [] : (lineageOfClaims(claims, file) ?? []);
  });
}

/** As this baton, or another, has written it; the folder may be anybody's. */
function isLineage(value: unknown): value is RunLineage {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, at, makings, given } = value as Readonly<Record<string, unknown>>;
  return (
    [id, name, at].every((one) => typeof one === "string") &&
    areAll(makings, isMaking) &&
    areAll(given, isThing)
  );
}

type Fields = Readonly<Record<string, unknown>>;

const areAll = (list: unknown, is: (one: Fields) => boolean): boolean =>
  Array.isArray(list) && list.every((one) => typeof one === "object" && one !== null && is(one));

const isMaking = ({ step, of, made, cached }: Fields): boolean =>
  typeof step === "string" &&
  areAll(of, isThing) &&
  areAll(made, isThing) &&
  ["string", "undefined"].includes(typeof cached);

const isThing = ({ name, digest, uri }: Fields): boolean =>
  typeof name === "string" &&
  ["string", "undefined"].includes(typeof uri) &&
  typeof digest === "object" &&
  digest !== null &&
  Object.values(digest).every((hex) => typeof hex === "string");
