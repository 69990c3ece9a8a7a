// Identifiers for documents, tasks and steps: theirs in camel case, unless it is taken.

const RESERVED = new Set(
  [
    "await break case catch class const continue debugger default delete do else enum export extends false finally",
    "for function if import in instanceof new null return super switch this throw true try typeof var void while",
    "with yield let static implements interface package private protected public arguments eval undefined own",
    "params workspaces results context step action task sidecar volume status sh inline existingTask",
    "defineTask definePipeline defineStepAction defineRun",
  ].flatMap((line) => line.split(" ")),
);

export class Names {
  readonly #taken = new Set<string>();
  /** Names of inner scopes: what is taken out here from now on must not be hidden in there. */
  readonly #hidden: Set<string>;
  readonly #outer: Names | undefined;

  constructor(outer?: Names) {
    this.#outer = outer;
    this.#hidden = new Set();
  }

  /** A new identifier: `git-clone` → `gitClone`, else `gitCloneTask`, `gitCloneTask2` … */
  take(name: string, suffix: string): string {
    const plain = camel(name) || suffix.toLowerCase();
    let free = this.#isFree(plain) ? plain : `${plain}${suffix}`;
    for (let count = 2; !this.#isFree(free); count++) free = `${plain}${suffix}${count}`;
    this.#taken.add(free);
    if (this.#outer !== undefined) this.#outer.#hidden.add(free);
    return free;
  }

  /** Names for a function's body. */
  inner(): Names {
    return new Names(this);
  }

  #isFree(name: string): boolean {
    const taken = this.#taken.has(name) || this.#hidden.has(name) || RESERVED.has(name);
    return !taken && (this.#outer === undefined || !this.#outer.#taken.has(name));
  }
}

function camel(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words
    .map((word, index) => (index === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1)))
    .join("");
  return /^\d/.test(joined) ? `_${joined}` : joined;
}
