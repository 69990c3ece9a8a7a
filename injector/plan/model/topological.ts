// Topological order that keeps to the declared one wherever it can, in linear time.

/** Each item after all it needs, else as given. Names that are nobody's are passed over; cycles are `check`'s business. */
export function inOrder<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  needsOf: (item: Item) => Iterable<string>,
): readonly Item[] {
  const byName = new Map(items.map((item) => [nameOf(item), item]));
  const open = new Set<Item>();
  const ordered: Item[] = [];
  const visit = (item: Item) => {
    if (open.has(item)) return;
    open.add(item);
    for (const name of needsOf(item)) {
      const need = byName.get(name);
      if (need !== undefined) visit(need);
    }
    ordered.push(item);
  };
  for (const item of items) visit(item);
  return ordered;
}
