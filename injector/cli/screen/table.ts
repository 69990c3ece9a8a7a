// Columns as wide as their widest cell.

/** Lines of a table; columns named in `right` are aligned to the right, the last one is as long as it is. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): readonly string[] {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((cells) => cells[at]?.length ?? 0)),
  );
  const pad = (cell: string, at: number) => {
    if (at === head.length - 1) return cell;
    return right.includes(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
  };
  return [head, ...rows].map((cells) => `  ${cells.map(pad).join("  ")}`.trimEnd());
}
