// The annotation `baton.run/order`: a list of container names that run one after the other, or a graph.

import { parse } from "yaml";
import { mistake } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";

export const ORDER = "baton.run/order";

/** What each ordered container waits for, in the order of the pod. */
export type Order = ReadonlyMap<string, readonly string[]>;

/** `a, b, c`, or `{c: [a, b], b: a}` where those that wait for nobody may be left out. Throws UserError. */
export function parseOrder(text: unknown, containers: readonly string[], said: string = ORDER): Order {
  if (typeof text !== "string") throw bad(JSON.stringify(text), said);
  const needs = text.trim().startsWith("{") ? graphOf(text, said) : listOf(text, said);
  const named = new Set([...needs.keys(), ...[...needs.values()].flat()]);
  for (const name of named) if (!containers.includes(name)) throw unknown(name, containers, said);
  const order = new Map(
    containers.filter((name) => named.has(name)).map((name) => [name, needs.get(name) ?? []]),
  );
  assertNoCycle(order, said);
  return order;
}

function listOf(text: string, said: string): Map<string, readonly string[]> {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("") || new Set(names).size < names.length) throw bad(text, said);
  return new Map(names.map((name, at) => [name, names.slice(Math.max(0, at - 1), at)]));
}

function graphOf(text: string, said: string): Map<string, readonly string[]> {
  const entries = Object.entries(parsed(text, said)).map(([name, needs]) => [name, [needs].flat()] as const);
  if (entries.some(([, needs]) => needs.some((need) => typeof need !== "string"))) throw bad(text, said);
  return new Map(entries as readonly (readonly [string, readonly string[]])[]);
}

function parsed(text: string, said: string): object {
  try {
    // Names are texts, whatever they look like.
    const value: unknown = parse(text, { schema: "failsafe" });
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below, in the words of the annotation.
  }
  throw bad(text, said);
}

function assertNoCycle(order: Order, said: string): void {
  const settled = new Set<string>();
  let left = [...order];
  while (left.length > 0) {
    const ready = left.filter(([, needs]) => needs.every((need) => settled.has(need)));
    if (ready.length === 0)
      throw mistake(
        "bad-order",
        `${said} goes in a circle: ${left.map(([name]) => name).join(", ")}`,
        "let one of them wait for none of the others",
      );
    for (const [name] of ready) settled.add(name);
    left = left.filter(([name]) => !settled.has(name));
  }
}

function unknown(name: string, containers: readonly string[], said: string) {
  const close = nearest(name, containers);
  return mistake(
    "unknown-container",
    `${said} names "${name}", and there is no such ${said === ORDER ? "container in the pod" : "service"}`,
    close === undefined ? `it has: ${containers.join(", ")}` : `did you mean "${close}"?`,
  );
}

const bad = (text: string, said: string) =>
  mistake(
    "bad-order",
    `${said} is no order of ${said === ORDER ? "containers" : "services"}: ${text}`,
    'write "a, b, c", or "{c: [a, b]}", a text',
  );
