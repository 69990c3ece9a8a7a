// "Did you mean …": the candidate with the smallest edit distance, if it is near enough to be a slip of the keys.

/** The nearest of `candidates` to `word`, or undefined where more than two fifths of it (at most 4) would change. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.min(4, Math.max(word.length > 1 ? 1 : 0, Math.floor(word.length * 0.4)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = cell(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const moved = 1 + Math.min(cell(last, column), cell(current, column - 1));
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwap ? cell(beforeLast, column - 2) + 1 : moved;
      current.push(Math.min(replaced, moved, swapped));
    }
    [beforeLast, last] = [last, current];
  }
  return cell(last, b.length);
}

const cell = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;

/** The cure for a misspelt name: `did you mean "x"?`, or what there is to choose from. */
export function suggestion(word: string, candidates: readonly string[], otherwise: string): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `did you mean "${near}"?`;
  return candidates.length > 0 ? `${otherwise}; there is ${listed(candidates)}` : otherwise;
}

/** `"a", "b" and "c"`; of a long list the first ten. */
export function listed(words: readonly string[]): string {
  const quoted = words.slice(0, 10).map((word) => `"${word}"`);
  if (words.length > 10) return `${quoted.join(", ")} and ${words.length - 10} more`;
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
}
