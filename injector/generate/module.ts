// The module that is being written: what is defined in it so far, and what it imports.

import type { Raw } from "../documents/spec.ts";
import type { Names } from "./names.ts";
import { printImport } from "./print.ts";

interface Definition {
  readonly identifier: string;
  readonly object: Raw;
}

export class Module {
  readonly names: Names;
  /** What it takes from the SDK. */
  readonly imports: Set<string> = new Set();
  readonly #definitions = new Map<string, Definition>();
  readonly #statements: string[] = [];

  constructor(names: Names) {
    this.names = names;
  }

  /** Adds `const <identifier> = <source>;`; only documents are exported. */
  define(identifier: string, source: string, exported: "" | "export " = ""): void {
    this.#statements.push(`${exported}const ${identifier} = ${source};\n`);
  }

  /** Makes a definition usable by those that come later. */
  offer(kind: string, name: string, definition: Definition): void {
    this.#definitions.set(`${kind}/${name}`, definition);
  }

  find(kind: string, name: unknown): Definition | undefined {
    return this.#definitions.get(`${kind}/${name}`);
  }

  source(): string {
    const code = this.#statements.join("\n");
    if (code.includes("sh`")) this.imports.add("sh");
    if (this.imports.size === 0) return code;
    return `${printImport([...this.imports].sort(), "baton-run/sdk")}\n${code}`;
  }
}
