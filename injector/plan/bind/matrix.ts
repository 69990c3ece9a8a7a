// A matrix is as many Tasks as it has combinations, `<task>-<i>`, and one name that stands for all of them.

import { soleReference } from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { Param, ParamValue } from "../../documents/spec.ts";
import type { ResolvedTask } from "../../resolve/resolved.ts";
import { asDataUnless, plainText } from "../../substitute/data.ts";
import { paramLookup, paramValues } from "../../substitute/params.ts";
import {
  firstOf,
  formatReference,
  isList,
  type Lookup,
  substituteText,
  substituteValue,
} from "../../substitute/text.ts";
import { matrixKey, type TaskKey, taskKey } from "../model/keys.ts";
import { laterInTask } from "./settled.ts";

export interface Instance {
  readonly key: TaskKey;
  readonly task: ResolvedTask;
  /** How people call it, where it is one of a matrix: by what `include` calls it, else by its values; no other is called so. */
  readonly label?: string;
}

/** Names of Tasks with a matrix → keys of their instances. */
export type Groups = ReadonlyMap<string, readonly TaskKey[]>;

/** The Task itself, or one for each combination of its matrix; none where an array of it is empty. */
export function instancesOf(task: ResolvedTask, outer: Lookup): readonly Instance[] {
  if (task.matrix === undefined) return [{ key: taskKey(task.name), task }];
  const combinations = combinationsOf(task.matrix, outer);
  const values = combinations.map((combination) => valuesText(combination));
  const instances = combinations.map(({ name, params: combination }, at) => {
    const own = new Set(combination.map((param) => param.name));
    const params = [...task.params.filter((param) => !own.has(param.name)), ...combination];
    const displayName = combinationName(name ?? task.displayName, params, outer);
    return {
      key: matrixKey(task.name, at),
      named: (name && short(displayName ?? "", COMBINATION)) || undefined,
      task: { ...task, params, ...defined({ displayName }) },
    };
  });
  const names = instances.map(({ named }) => named);
  return instances.map(({ named, ...instance }, at) => {
    const value = values[at] ?? "";
    const what = named !== undefined && isAlone(names, named) ? named : value;
    const whose = what === named || isAlone(values, value) ? task.name : instance.key;
    return isOpen(combinations[at]) ? instance : { ...instance, label: `${whose}[${what}]` };
  });
}

const isAlone = <T>(all: readonly T[], one: T): boolean => all.indexOf(one) === all.lastIndexOf(one);

/** How people read it: what `include` calls the combination, else what the task is called; either may tell its params. */
const combinationName = (
  name: string | undefined,
  params: readonly Param[],
  outer: Lookup,
): string | undefined => name && substituteText(name, firstOf(paramLookup(paramValues([], params)), outer));

/** `os=linux,arch=amd64` */
const valuesText = ({ params }: Combination): string =>
  short(params.map(({ name, value }) => `${name}=${short(oneText(value), VALUE)}`).join(","), COMBINATION);

const oneText = (value: ParamValue): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Whether a value is still to be answered, so that it is no name yet: what looks like that and is data does not read so here. */
const isOpen = (combination: Combination | undefined): boolean =>
  combination?.params.some(({ value }) => oneText(value).includes("$(")) === true;

/** Letters of one value, and of a whole combination, that are shown. */
const VALUE = 32;
const COMBINATION = 60;

/** In one line, which nothing obeys. */
function short(text: string, limit: number): string {
  const line = plainText(text)
    .replace(/[\p{C}\s]+/gu, " ")
    .trim();
  const letters = [...line];
  return letters.length <= limit ? line : `${letters.slice(0, limit - 1).join("")}…`;
}

interface Combination {
  readonly name?: string;
  readonly params: readonly Param[];
}

/** Whether the matrix has an array that only a result can give. */
export const isLateMatrix = ({ matrix }: ResolvedTask, outer: Lookup): boolean =>
  (matrix?.params ?? []).some(({ value }) => {
    const values = substituteValue(value, outer);
    return !isList(values) || values.some((item) => soleReference(item)?.index === "*");
  });

/** Each combination: the product of the arrays, first array fastest, then what `include` adds. */
function combinationsOf(
  { params = [], include = [] }: NonNullable<ResolvedTask["matrix"]>,
  outer: Lookup,
): readonly Combination[] {
  const product = params.reduce<readonly Combination[]>(
    (rows, { name, value }) => {
      const values = listOf(substituteValue(value, outer, asDataUnless(laterInTask)));
      return values.flatMap((one) => rows.map((row) => ({ params: [...row.params, { name, value: one }] })));
    },
    [{ params: [] }],
  );
  const arrays = new Set(params.map((param) => param.name));
  return include.reduce(
    (rows, { name, params: extra = [] }) =>
      included(rows, { ...(name && { name }), params: replaced(extra, outer) }, arrays),
    params.length === 0 ? [] : product,
  );
}

/** Answers `$(tasks.<matrix>.results.r[*])`, `[i]` and `.matrix.length`, and `.matrix.r.length` once it is over; `over` knows values. */
export const matrixLookup =
  (groups: Groups, over: Lookup): Lookup =>
  ({ path, index }) => {
    const [room, name = "", what, ...rest] = path;
    const keys = room === "tasks" ? groups.get(name) : undefined;
    if (keys === undefined) return undefined;
    if (what === "matrix") return lengthOf(rest, keys, over);
    if (what !== "results" || index === undefined) return undefined;
    const results = keys.map((key) => resultOf(["tasks", key, "results", ...rest], over));
    return index === "*" ? results : results[index];
  };

/** Of the matrix; of a result, once all of its Tasks are over. */
function lengthOf(rest: readonly string[], keys: readonly string[], over: Lookup): string | undefined {
  const name = rest.slice(0, -1);
  if (rest.at(-1) !== "length") return undefined;
  if (name.length === 0) return String(keys.length);
  const ask = (path: readonly string[]) => over({ kind: "reference", raw: formatReference(path), path });
  if (keys.some((key) => ask(["tasks", key, "status"]) === undefined)) return undefined;
  return String(keys.filter((key) => ask(["tasks", key, "results", ...name]) !== undefined).length);
}

function resultOf(path: readonly string[], over: Lookup): string {
  const raw = formatReference(path);
  const value = over({ kind: "reference", raw, path });
  return typeof value === "string" ? value : raw;
}

const listOf = (value: ParamValue): readonly string[] =>
  isList(value) ? value : typeof value === "string" ? [value] : Object.values(value);

const replaced = (params: readonly Param[], outer: Lookup): readonly Param[] =>
  params.map(({ name, value }) => ({
    name,
    value: substituteValue(value, outer, asDataUnless(laterInTask)),
  }));

/**
 * Tekton's rule: an entry that names values of the arrays adds the rest of its params to the combinations that have
 * them; one that no combination has is a combination of its own; one that names no array is added to all.
 */
function included(
  rows: readonly Combination[],
  extra: Combination,
  arrays: ReadonlySet<string>,
): readonly Combination[] {
  if (arrays.size === 0) return [...rows, extra];
  const keys = extra.params.filter((param) => arrays.has(param.name));
  const more = extra.params.filter((param) => !arrays.has(param.name));
  const matches = (row: Combination) =>
    keys.every(({ name, value }) => row.params.some((param) => param.name === name && param.value === value));
  if (!rows.some(matches)) return [...rows, extra];
  const names = new Set(more.map((param) => param.name));
  return rows.map((row) =>
    matches(row)
      ? { ...row, ...extra, params: [...row.params.filter((param) => !names.has(param.name)), ...more] }
      : row,
  );
}
