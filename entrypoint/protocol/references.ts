// The grammar of `$(…)` references, for the injector (before the run) and the entrypoint (during it). It only
// finds and takes apart; what a reference means, and when it is replaced, is the reader's business.

/** `$(params.list[*])` → path ["params","list"], index "*". Brackets hold a name: `$(results['a.b'].path)`. */
export interface Reference {
  readonly kind: "reference";
  /** The text as written, `$(` and `)` included. */
  readonly raw: string;
  readonly path: readonly string[];
  readonly index?: number | "*";
}

export interface Literal {
  readonly kind: "literal";
  readonly text: string;
}

export type Segment = Literal | Reference;

/** Stands for a dollar sign that begins no reference, where one pass of replacing is still to come. */
export const DOLLAR = "$(context.dollar)";

const NAME = "[A-Za-z0-9_][A-Za-z0-9_-]*";
const PART = `\\.${NAME}|\\['[^']+'\\]|\\["[^"]+"\\]`;
const REFERENCE = new RegExp(`\\$\\((${NAME}(?:${PART})+)(?:\\[(0|[1-9]\\d*|\\*)\\])?\\)`, "g");
const ONE_PART = new RegExp(`${NAME}|'([^']+)'|"([^"]+)"`, "g");

/** Takes `text` apart once, left to right; what is no reference stays literal (there is no escape: Tekton has none). */
export function scan(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > end) segments.push({ kind: "literal", text: text.slice(end, match.index) });
    segments.push(reference(match[0], match[1] ?? "", match[2]));
    end = match.index + match[0].length;
  }
  if (end < text.length) segments.push({ kind: "literal", text: text.slice(end) });
  return segments;
}

/** Only the references of `text`, in order. */
export const referencesIn = (text: string): readonly Reference[] =>
  scan(text).filter((segment) => segment.kind === "reference");

/** The reference that `text` consists of, if it is exactly one: only then may `[*]` become several words. */
export function soleReference(text: string): Reference | undefined {
  const [first, second] = scan(text);
  return second === undefined && first?.kind === "reference" ? first : undefined;
}

function reference(raw: string, path: string, index: string | undefined): Reference {
  const parts = [...path.matchAll(ONE_PART)].map((part) => part[1] ?? part[2] ?? part[0]);
  if (index === undefined) return { kind: "reference", raw, path: parts };
  return { kind: "reference", raw, path: parts, index: index === "*" ? "*" : Number(index) };
}
