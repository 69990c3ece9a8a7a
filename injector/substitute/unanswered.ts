// What texts ask for that nobody answers: nothing of it may reach a command, a script or a manifest. Asked of the texts
// before they are replaced, because what a value brings in is not looked into.

import { type Reference, referencesIn, soleReference } from "../../entrypoint/protocol/index.ts";
import type { ParamValue } from "../documents/spec.ts";
import { variablesOf } from "../documents/variables.ts";
import { splicesBefore } from "./params.ts";
import type { Lookup } from "./text.ts";

export interface Unanswered {
  /** From the tree's root to the text. */
  readonly path: readonly (string | number)[];
  readonly reference: Reference;
  readonly code: "unknown-reference" | "wrong-reference";
  readonly problem: string;
  readonly cure: string;
}

/** Every text in a tree of plain data; a list may be an item of a list, with nothing beside it. */
export function unanswered(tree: unknown, lookup: Lookup): readonly Unanswered[] {
  return [...inTree(tree, lookup, [])];
}

/** The same of a param's value, which may be a list or map as a whole. */
export const unansweredValue = (value: ParamValue, lookup: Lookup): readonly Unanswered[] =>
  typeof value === "string" && soleReference(value) !== undefined
    ? [...inText(value, lookup, [], "value")]
    : unanswered(value, lookup);

function* inTree(tree: unknown, lookup: Lookup, path: Unanswered["path"]): Generator<Unanswered> {
  if (typeof tree === "string") yield* inText(tree, lookup, path, "text");
  else if (Array.isArray(tree)) {
    for (const [at, item] of tree.entries()) {
      const here = [...path, at];
      yield* typeof item === "string" ? inText(item, lookup, here, "item") : inTree(item, lookup, here);
    }
  } else if (typeof tree === "object" && tree !== null)
    for (const [key, item] of Object.entries(tree)) yield* inTree(item, lookup, [...path, key]);
}

type Standing = "text" | "item" | "value";

function* inText(
  text: string,
  lookup: Lookup,
  path: Unanswered["path"],
  standing: Standing,
): Generator<Unanswered> {
  if (!text.includes("$(")) return;
  const here = soleReference(text) === undefined ? "text" : standing;
  for (const reference of referencesIn(text)) {
    const wrong = wrongWith(reference, lookup, here, path);
    if (wrong !== undefined) yield { path, reference, ...wrong };
  }
}

type Wrong = Pick<Unanswered, "code" | "problem" | "cure">;

function wrongWith(
  reference: Reference,
  lookup: Lookup,
  standing: Standing,
  path: Unanswered["path"],
): Wrong | undefined {
  const meaning = lookup(reference);
  if (meaning === undefined) return isOurs(reference, path) ? whyNothing(reference, lookup) : undefined;
  if (!fits(meaning, standing)) return { code: "wrong-reference", ...cannotStand(meaning) };
  const isText = typeof meaning === "string" && soleReference(meaning) === undefined;
  return isText && reference.index === "*" && standing !== "value"
    ? { code: "wrong-reference", ...isNoList(reference) }
    : undefined;
}

const fits = (meaning: ParamValue, standing: Standing): boolean =>
  typeof meaning === "string" || standing === "value" || (standing === "item" && Array.isArray(meaning));

/**
 * Whether it must have an answer by now: what is answered at a step's turn need not, and what a script says of a
 * workspace that there is not has been warned of.
 */
function isOurs({ path: words }: Reference, path: Unanswered["path"]): boolean {
  if (words[0] === "workspaces" && path.some((part) => part === "script" || part === "args")) return false;
  const variables = variablesOf(words);
  return variables.length > 0 && variables.every(({ answered }) => answered === "plan");
}

function whyNothing(reference: Reference, lookup: Lookup): Wrong | undefined {
  const { path, index, raw } = reference;
  const whole = lookup({ kind: "reference", raw, path });
  const splices = Array.isArray(whole) && typeof index === "number" ? splicesBefore(whole, index) : [];
  if (splices.length > 0)
    return splices.some(({ path: [room] }) => room === "steps") ? COUNTED_LATE : undefined;
  const why = whole === undefined ? whyNotKnown(reference, lookup) : notInWhole(whole, index);
  return { code: "unknown-reference", ...why };
}

/** Lists of other tasks are known before the pod starts that asks for an item: the planner sees to that. */
const COUNTED_LATE: Wrong = {
  code: "wrong-reference",
  problem: "which item that is hangs on how many a step in the same Task leaves",
  cure: "ask for an item in front of the step's, or hand on the step's list by itself",
};

function whyNotKnown({ path, raw }: Reference, lookup: Lookup): Pick<Unanswered, "problem" | "cure"> {
  const owner = lookup({ kind: "reference", raw, path: path.slice(0, -1) });
  if (path.length > 2 && owner !== undefined) return noKey(owner, path.at(-1) ?? "");
  return { problem: "nothing is known of it here", cure: "give it a value, or leave it out" };
}

function notInWhole(whole: ParamValue, index: Reference["index"]): Pick<Unanswered, "problem" | "cure"> {
  if (Array.isArray(whole))
    return {
      problem: `the list has ${whole.length} item${whole.length === 1 ? "" : "s"}, counted from 0, and none at ${index}`,
      cure: "ask for an item that is there, or make the list longer",
    };
  return typeof whole === "string"
    ? { problem: "it is a text, and has no items", cure: "leave the brackets out" }
    : { problem: "it is a map, and has no items", cure: "name a key of it" };
}

function noKey(owner: ParamValue, key: string): Pick<Unanswered, "problem" | "cure"> {
  if (typeof owner === "string")
    return { problem: "it is a text, and has no keys", cure: "leave the key out" };
  if (Array.isArray(owner)) return { problem: "it is a list, and has no keys", cure: "ask for an item, [0]" };
  const there = Object.keys(owner).join(", ");
  return { problem: `the map has no key "${key}"`, cure: there === "" ? "it is empty" : `it has ${there}` };
}

const cannotStand = (meaning: ParamValue): Pick<Unanswered, "problem" | "cure"> =>
  Array.isArray(meaning)
    ? {
        problem: "it is a list, and cannot stand in a text",
        cure: "make it a list item of its own, or take one item of it: [0]",
      }
    : { problem: "it is a map, and cannot stand in a text", cure: "take one value of it: .<key>" };

const isNoList = ({ path }: Reference): Pick<Unanswered, "problem" | "cure"> => ({
  problem: "it is a text, and no list",
  cure: `write $(${path.join(".")})`,
});
