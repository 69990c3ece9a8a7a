// stepTemplate and step, merged as Kubernetes merges containers: the step wins, lists with names merge by name.

import { isRaw } from "../../documents/raw.ts";
import type { ContainerFields, Raw } from "../../documents/spec.ts";

/** Field → what identifies an item of its list. Other lists are replaced, other objects merged. */
const KEYS: Readonly<Record<string, string>> = {
  env: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
};

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

function mergeField(field: string, under: unknown, over: unknown): unknown {
  const key = KEYS[field];
  if (key !== undefined && Array.isArray(under) && Array.isArray(over)) return mergeLists(under, over, key);
  return isRaw(under) && isRaw(over) ? mergeObjects(under, over) : over;
}

function mergeLists(under: readonly Raw[], over: readonly Raw[], key: string): readonly Raw[] {
  const items = new Map(under.map((item) => [item[key], item]));
  for (const item of over) items.set(item[key], item);
  return [...items.values()];
}
