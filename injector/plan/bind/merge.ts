// stepTemplate and step, merged as Kubernetes merges containers: the step wins, lists with names merge by name.

import { isRaw } from "../../documents/raw.ts";
import type { ContainerFields, Raw } from "../../documents/spec.ts";
import { stepField } from "../../documents/step-fields.ts";

/** `over` laid on `under`; fields of `over` that are absent keep those of `under`. */
export function mergeContainer<Container extends ContainerFields>(
  under: ContainerFields | undefined,
  over: Container,
): Container {
  if (under === undefined) return over;
  const base = over.script === undefined && over.command === undefined ? under : withoutCommand(under);
  return mergeObjects(base as Raw, over as Raw) as Container;
}

/** What runs is one choice: a step with a script or command takes neither from the template. */
function withoutCommand({ command: _command, script: _script, ...rest }: ContainerFields): ContainerFields {
  return rest;
}

function mergeObjects(under: Raw, over: Raw): Raw {
  const merged: Record<string, unknown> = { ...under };
  for (const [field, value] of Object.entries(over))
    if (value !== undefined) merged[field] = mergeField(field, under[field], value);
  return merged;
}

/** Lists whose items are not identified by a field of theirs are replaced, other objects merged. */
function mergeField(field: string, under: unknown, over: unknown): unknown {
  const key = stepField(field)?.key;
  if (key !== undefined && Array.isArray(under) && Array.isArray(over)) return mergeLists(under, over, key);
  return isRaw(under) && isRaw(over) ? mergeObjects(under, over) : over;
}

/** Items with one key are merged, variables but for where their values come from. */
function mergeLists(under: readonly Raw[], over: readonly Raw[], key: string): readonly Raw[] {
  const before = new Map(under.map((item) => [item[key], item]));
  const merged = over.map((item) => mergeItems(before.get(item[key]), item));
  return inOrder(under, merged, key);
}

function mergeItems(under: Raw | undefined, over: Raw): Raw {
  const merged = under === undefined ? over : mergeObjects(under, over);
  return merged["value"] !== undefined && merged["valueFrom"] !== undefined ? over : merged;
}

/** Kubernetes' order: new items first, but each of those that stay behind what stood before it. It counts for `$(VAR)`. */
function inOrder(under: readonly Raw[], merged: readonly Raw[], key: string): readonly Raw[] {
  const rank = new Map(under.map((item, index) => [item[key], index]));
  const names = new Set(merged.map((item) => item[key]));
  const kept = under.filter((item) => !names.has(item[key]));
  const all: Raw[] = [];
  for (const item of merged) {
    const place = rank.get(item[key]) ?? -1;
    while (kept[0] !== undefined && (rank.get(kept[0][key]) ?? 0) < place) all.push(kept.shift() as Raw);
    all.push(item);
  }
  return [...all, ...kept];
}
