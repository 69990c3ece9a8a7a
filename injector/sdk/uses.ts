// What a definition refers to by name, kept beside its plain data: so printing a module leaves nothing out that it uses.

/** Shared by every copy of the SDK in one process. */
const USES: unique symbol = Symbol.for("baton.run/uses") as never;

interface Remembering {
  readonly [USES]?: readonly object[];
}

/** The same object; JSON, YAML and comparison do not see what is remembered. */
export const withUses = <T extends object>(object: T, used: readonly object[]): T =>
  Object.defineProperty(object, USES, { value: used });

/** These objects and all that they use, directly or not, each once, used ones first. */
export function withAllUsed(objects: readonly object[]): readonly object[] {
  const all = new Set<object>();
  const add = (object: object): void => {
    if (all.has(object)) return;
    for (const used of usesOf(object)) add(used);
    all.add(object);
  };
  for (const object of objects) add(object);
  return [...all];
}

export const usesOf = (object: object): readonly object[] => (object as Remembering)[USES] ?? [];
