// The nodes of a YAML document as plain data, as Kubernetes' reader makes them: merge keys count where they stand, the
// last of several equal keys wins, keys are texts.

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from "yaml";
import { keyText, plainScalar, type ScalarValue, taggedScalar } from "./yaml-scalars.ts";

export interface YamlData {
  readonly value: unknown;
  /** Keys that stand twice in one map: the earlier ones, which mean nothing. */
  readonly overridden: readonly Node[];
  readonly faults: readonly YamlFault[];
}

export interface YamlFault {
  readonly node: Node;
  readonly message: string;
}

export function dataOf(document: Document.Parsed): YamlData {
  const reader = new Reader(document);
  const value = document.contents === null ? null : reader.read(document.contents);
  return { value, overridden: [...reader.overridden], faults: reader.faults };
}

/** How the key of a pair is spelt; undefined for what is no key, and for `<<`. */
export function keyOf(key: unknown): string | undefined {
  return isScalar(key) && !isMerge(key) ? keyText(sourceOf(key), scalarOf(key) ?? null) : undefined;
}

/** `<<`, unless it is quoted. */
export const isMerge = (key: unknown): key is Scalar =>
  isScalar(key) && key.type === "PLAIN" && key.tag === undefined && key.source === "<<";

/** undefined where it is not what its tag says. */
function scalarOf(node: Scalar): ScalarValue | undefined {
  const text = sourceOf(node);
  if (node.tag !== undefined) return taggedScalar(node.tag, text);
  return node.type === "PLAIN" ? plainScalar(text) : text;
}

/** The failsafe schema makes a text of every scalar. */
const sourceOf = (node: Scalar): string => (typeof node.value === "string" ? node.value : "");

/** More nodes than this come from aliases in no honest document; and none is nested deeper. */
const MOST_NODES = 100_000;
const MOST_DEPTH = 1_000;
export const TOO_DEEP = "it is nested deeper than 1,000 levels";

class Reader {
  readonly overridden = new Set<Node>();
  readonly faults: YamlFault[] = [];
  readonly #document: Document.Parsed;
  readonly #around = new Set<Node>();
  #aliases = 0;
  #nodes = 0;
  #depth = 0;

  constructor(document: Document.Parsed) {
    this.#document = document;
  }

  read(node: unknown): unknown {
    if (this.#aliases > 0 && ++this.#nodes > MOST_NODES)
      return this.#limit(node as Node, "its aliases stand for too much");
    if (this.#depth >= MOST_DEPTH) return this.#limit(node as Node, TOO_DEEP);
    this.#depth += 1;
    const value = this.#value(node);
    this.#depth -= 1;
    return value;
  }

  #value(node: unknown): unknown {
    if (isAlias(node)) return this.#follow(node, (target) => this.read(target));
    if (isMap(node)) return this.#map(node);
    if (isSeq(node)) return node.items.map((item) => this.read(item));
    return isScalar(node) ? this.#scalar(node) : null;
  }

  #scalar(node: Scalar): ScalarValue {
    const value = scalarOf(node);
    if (value === undefined) this.#fault(node, `${sourceOf(node)} is no ${shortTag(node.tag)}`);
    if (typeof value === "number" && !Number.isFinite(value))
      this.#fault(node, `${sourceOf(node)} is a number that JSON does not have`);
    return value ?? null;
  }

  #map(node: YAMLMap): object {
    const into = new Map<string, unknown>();
    this.#fill(node, into);
    return Object.fromEntries(into);
  }

  #fill(node: YAMLMap, into: Map<string, unknown>): void {
    const written = new Map<string, Node>();
    for (const { key, value } of node.items as readonly { key: Node; value: Node | null }[]) {
      if (isMerge(key)) {
        this.#merge(value, into);
        continue;
      }
      const name = isAlias(key) ? keyOf(key.resolve(this.#document)) : keyOf(key);
      if (name === undefined) {
        this.#fault(key, "null, a list or a map is no key");
        continue;
      }
      const before = written.get(name);
      if (before !== undefined) this.overridden.add(before);
      written.set(name, key);
      into.set(name, this.read(value));
    }
  }

  /** Of a list the earlier maps count: they are put in last. */
  #merge(value: Node | null, into: Map<string, unknown>): void {
    if (isSeq(value))
      for (const one of value.items.toReversed()) this.#merge(isSeq(one) ? null : (one as Node), into);
    else if (isMap(value)) this.#fill(value, into);
    else if (isAlias(value))
      this.#follow(value, (target) => (isMap(target) ? this.#fill(target, into) : this.#noMap(value)));
    else this.#noMap(value);
  }

  #noMap(node: Node | null): void {
    this.#fault(node ?? (this.#document.contents as Node), "only maps can be merged in by <<");
  }

  #follow<T>(node: Node, use: (target: Node) => T): T | null {
    const target = isAlias(node) ? node.resolve(this.#document) : undefined;
    if (target === undefined || this.#around.has(target)) {
      this.#fault(
        node,
        target === undefined ? "there is no such anchor" : "an anchor stands in its own value",
      );
      return null;
    }
    this.#around.add(target);
    this.#aliases += 1;
    const result = use(target);
    this.#aliases -= 1;
    this.#around.delete(target);
    return result;
  }

  /** Said once: the rest is not looked at. */
  #limit(node: Node, message: string): null {
    if (!this.faults.some((fault) => fault.message === message)) this.#fault(node, message);
    return null;
  }

  #fault(node: Node, message: string): void {
    this.faults.push({ node, message });
  }
}

const shortTag = (tag: string | undefined): string => tag?.replace("tag:yaml.org,2002:", "") ?? "value";
