// Topological order that keeps to the declared one wherever it can, in linear time and at any depth.

import { known } from "./known.ts";

/** Each item after all it needs, else as given. Names that are nobody's are passed over; cycles are `check`'s business. */
export function inOrder<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  needsOf: (item: Item) => Iterable<string>,
): readonly Item[] {
  const byName = new Map(items.map((item) => [nameOf(item), item]));
  const met = new Set<Item>();
  const ordered: Item[] = [];
  const open: { readonly item: Item; readonly needs: Iterator<string> }[] = [];
  const meet = (item: Item | undefined) => {
    if (item === undefined || met.has(item)) return;
    met.add(item);
    open.push({ item, needs: needsOf(item)[Symbol.iterator]() });
  };
  for (const item of items) {
    meet(item);
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const next = last.needs.next();
      if (next.done !== true) meet(byName.get(next.value));
      else ordered.push(known(open.pop()).item);
    }
  }
  return ordered;
}
