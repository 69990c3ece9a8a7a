// The YAML that most files are made of, read straight into data: maps and lists by indentation, scalars on one line, literal
// blocks, flow collections on one line. Whatever else a text has, and whatever is wrong with it, is for the whole parser,
// which also finds places in a text that was read here.

import { keyText, plainScalar } from "./yaml-scalars.ts";

/** The data of each document that is not empty; undefined where the text has anything that is not read here. */
export function readPlain(text: string): readonly unknown[] | undefined {
  if (STRANGE.test(text) || !text.endsWith("\n")) return undefined;
  try {
    return documentsIn(text.split("\n")).flatMap((lines) => {
      const reader = new Reader(lines);
      return reader.isEmpty() ? [] : [reader.document()];
    });
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

/** Tabs, line breaks of others, a byte order mark, pairs of surrogates, and what cannot stand in YAML. */
const STRANGE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/;

/** Thrown and caught here. */
const NOT_PLAIN = new Error("not plain");

function giveUp(): never {
  throw NOT_PLAIN;
}

/** `---` on a line of its own begins another one. */
function documentsIn(lines: readonly string[]): readonly (readonly string[])[] {
  const documents: string[][] = [[]];
  for (const line of lines) {
    if (line === "---") documents.push([]);
    else if (/^(?:---|\.\.\.|%)/.test(line)) giveUp();
    else documents.at(-1)?.push(line);
  }
  return documents;
}

const BLANK = /^ *(?:#.*)?$/;
/** A key that is a word, and what follows its colon. */
const PAIR = /^([A-Za-z_][\w./-]*):(?: +(.*))?$/;
const LITERAL = /^\|-?$/;
const TRAILING = / +$/;
/** Whoever nests deeper than this is not in a hurry. */
const DEEPEST = 100;

class Reader {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    this.#skip();
  }

  isEmpty(): boolean {
    return this.#at >= this.#lines.length;
  }

  document(): unknown {
    const value = this.#isItem(this.#indent()) ? this.#list(this.#indent()) : this.#map(this.#indent());
    return this.isEmpty() ? value : giveUp();
  }

  /** To the next line that says something. */
  #skip(): void {
    while (this.#at < this.#lines.length && BLANK.test(this.#line())) this.#at += 1;
  }

  #line(): string {
    return this.#lines[this.#at] ?? "";
  }

  /** -1 behind the last line. */
  #indent(): number {
    const indent = this.isEmpty() ? -1 : this.#line().search(/[^ ]/);
    return indent > DEEPEST ? giveUp() : indent;
  }

  #isItem(indent: number): boolean {
    return this.#line().startsWith("- ", indent);
  }

  #map(indent: number): object {
    const into = new Map<string, unknown>();
    do this.#pair(indent, this.#line().slice(indent), into);
    while (this.#indent() === indent && !this.#isItem(indent));
    return this.#indent() > indent ? giveUp() : Object.fromEntries(into);
  }

  /** `text` is its first line from the key on, which stands at `indent`. */
  #pair(indent: number, text: string, into: Map<string, unknown>): void {
    const [, key = giveUp(), rest = ""] = PAIR.exec(text.replace(TRAILING, "")) ?? [];
    const value = plainScalar(key);
    if (typeof value !== "string" || keyText(key, value) !== key || into.has(key)) giveUp();
    this.#at += 1;
    into.set(key, this.#value(indent, rest));
  }

  /** Of a key at `indent`; `rest` stands behind it on its line. */
  #value(indent: number, rest: string): unknown {
    if (LITERAL.test(rest)) return this.#literal(indent, rest === "|-");
    this.#skip();
    if (rest !== "" && !rest.startsWith("#")) return this.#inLine(indent, rest);
    const next = this.#indent();
    if (next >= indent && this.#isItem(next)) return this.#list(next);
    return next > indent ? this.#map(next) : null;
  }

  /** What goes on in deeper lines is not read here. */
  #inLine(indent: number, text: string): unknown {
    return this.#indent() > indent ? giveUp() : new Flow(text).whole();
  }

  #list(indent: number): unknown[] {
    const items: unknown[] = [];
    do items.push(this.#item(indent));
    while (this.#indent() === indent && this.#isItem(indent));
    return this.#indent() > indent ? giveUp() : items;
  }

  #item(indent: number): unknown {
    const inner = /^- */.exec(this.#line().slice(indent))?.[0].length ?? 0;
    const text = this.#line()
      .slice(indent + inner)
      .replace(TRAILING, "");
    if (PAIR.test(text)) return this.#inItem(indent + inner, text);
    this.#at += 1;
    if (LITERAL.test(text)) return this.#literal(indent, text === "|-");
    this.#skip();
    return this.#inLine(indent, text);
  }

  /** A map whose first key stands on the line of its item. */
  #inItem(indent: number, first: string): object {
    const into = new Map<string, unknown>();
    this.#pair(indent, first, into);
    while (this.#indent() === indent && !this.#isItem(indent))
      this.#pair(indent, this.#line().slice(indent), into);
    return this.#indent() > indent ? giveUp() : Object.fromEntries(into);
  }

  /** Deeper than `around`. Where its first lines are blank, its indentation is not seen at once. */
  #literal(around: number, isStripped: boolean): string {
    const indent = this.#line().search(/[^ ]/);
    if (indent <= around) giveUp();
    const from = this.#at;
    while (this.#at < this.#lines.length && isWithin(this.#line(), indent)) this.#at += 1;
    const lines = this.#lines.slice(from, this.#at).map((line) => line.slice(indent));
    this.#skip();
    const said = lines.join("\n").replace(/\n+$/, "");
    return isStripped ? said : `${said}\n`;
  }
}

/** A line of a literal block: as deep as the first, or empty. */
function isWithin(line: string, indent: number): boolean {
  const deep = line.search(/[^ ]/);
  if (deep >= 0) return deep >= indent;
  return line.length <= indent || giveUp();
}

/** Quoted texts, words, and lists and maps of them. */
class Flow {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const [first = ""] = this.#text;
    const value = QUOTES_AND_BRACKETS.has(first) ? this.#value() : word(this.#rest(BLOCK_WORD));
    return this.#at === this.#text.length ? value : giveUp();
  }

  #value(): unknown {
    switch (this.#text[this.#at]) {
      case '"':
        return JSON.parse(this.#rest(DOUBLE)) as string;
      case "'":
        return this.#rest(SINGLE).slice(1, -1).replaceAll("''", "'");
      case "[":
        return this.#list();
      case "{":
        return this.#map();
      default:
        return word(this.#rest(FLOW_WORD));
    }
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    while (this.#goesOn("]", items.length === 0)) items.push(this.#value());
    this.#depth -= 1;
    return items;
  }

  #map(): object {
    const into = new Map<string, unknown>();
    while (this.#goesOn("}", into.size === 0)) {
      const key = this.#rest(FLOW_KEY).slice(0, -1);
      const value = plainScalar(key);
      if (typeof value !== "string" || keyText(key, value) !== key || into.has(key)) giveUp();
      this.#rest(BLANKS);
      into.set(key, this.#value());
    }
    this.#depth -= 1;
    return Object.fromEntries(into);
  }

  /** Past the bracket or the comma, to the next item; false past the end. */
  #goesOn(end: string, isFirst: boolean): boolean {
    if (isFirst) this.#at += 1;
    if (isFirst && ++this.#depth > DEEPEST) giveUp();
    this.#rest(ANY_BLANKS);
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return false;
    }
    if (isFirst) return true;
    if (this.#text[this.#at] !== ",") giveUp();
    this.#at += 1;
    this.#rest(ANY_BLANKS);
    return true;
  }

  /** What matches here. */
  #rest(form: RegExp): string {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0] ?? giveUp();
    this.#at += found.length;
    return found;
  }
}

const QUOTES_AND_BRACKETS: ReadonlySet<string> = new Set(['"', "'", "[", "{"]);
const DOUBLE = /"(?:[^"\\]|\\["\\nt])*"/y;
const SINGLE = /'(?:[^']|'')*'/y;
const BLANKS = / +/y;
const ANY_BLANKS = / */y;
const FLOW_KEY = /[A-Za-z_][\w./-]*:(?= )/y;
/** A plain scalar: no indicator at its beginning, no `: ` and no ` #` in it. */
const BLOCK_WORD = /(?:[\w./$(+]|-(?=[\w./$-]))(?:[^ :#]|:(?! |$)| +(?![ #])|(?<! )#)*/y;
const FLOW_WORD = /(?:[\w./$(+]|-(?=[\w./$-]))(?:[^ :#,[\]{}]|:(?=[^ ,[\]{}])| +(?![ #,[\]{}])|(?<! )#)*/y;

const word = (text: string): unknown => {
  const value = plainScalar(text);
  return typeof value === "number" && !Number.isFinite(value) ? giveUp() : value;
};
