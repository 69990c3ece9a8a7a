// The second argument of defineTask and definePipeline: calls in order, whose values get a name when someone uses them.

import { type Code, Source } from "./code.ts";
import type { Names } from "./names.ts";
import { print, printCall } from "./print.ts";
import { Scope } from "./scope.ts";

interface Call {
  readonly identifier: string;
  readonly callee: string;
  readonly args: readonly unknown[];
}

const GIVEN = [
  ...["params", "workspaces", "results", "context"],
  ...["step", "action", "task", "sidecar", "volume", "status"],
];

export class Body {
  readonly scope: Scope = new Scope();
  readonly #names: Names;
  readonly #calls: Call[] = [];
  readonly #handles = new Map<string, string>();
  #result: unknown;

  constructor(names: Names) {
    this.#names = names;
  }

  /** Adds a call; `handle` is what it returns, for those who come after it. */
  call(callee: string, args: readonly unknown[], suffix: string, handle: { readonly name: string }): void {
    const identifier = this.#names.take(handle.name, suffix);
    this.#calls.push({ identifier, callee: this.scope.name(callee).source, args });
    if (handle.name === "") return;
    this.#handles.set(handle.name, identifier);
    this.scope.learn(identifier, handle);
  }

  /** Handles by name; nothing when one of them has not been called so far. */
  handles(names: unknown): readonly Code[] | undefined {
    if (!Array.isArray(names)) return undefined;
    const identifiers = names.map((name) => this.#handles.get(name));
    if (identifiers.some((identifier) => identifier === undefined)) return undefined;
    return identifiers.map((identifier) => this.scope.name(identifier ?? ""));
  }

  returns(value: unknown): void {
    this.#result = value;
  }

  /** `({ params, step }) => { … }`. */
  source(): Source {
    return new Source((indent) => {
      const pad = " ".repeat(indent);
      const wanted = GIVEN.filter((name) => this.scope.used.has(name));
      const lines = this.#calls.map(({ identifier, callee, args }) => {
        const name = this.scope.used.has(identifier) ? `const ${identifier} = ${callee}` : callee;
        return `${pad}  ${printCall(name, args, indent + 2)};\n`;
      });
      const result = this.#result === undefined ? "" : `${pad}  return ${print(this.#result, indent + 2)};\n`;
      return `(${wanted.length > 0 ? `{ ${wanted.join(", ")} }` : ""}) => {\n${lines.join("")}${result}${pad}}`;
    });
  }
}
