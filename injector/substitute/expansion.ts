// Kubernetes' own `$(VAR)` in command, args and env values, with its rules (third_party/forked/golang/expansion):
// authors of Tasks rely on it, so argv and env of a Plan are written in this language. A kubelet expands it by
// itself; a backend without one does it here, and text that is none of the author's is escaped on its way in.

/** The value of a variable, or undefined where there is none: the reference then stays as it is written. */
export type Variables = (name: string) => string | undefined;

/**
 * `$(NAME)` → its value if it is known; `$$` → `$`; everything else as it is. One pass: values are not expanded.
 * Where the result is to be in a language of its own, `literal` puts into it what is no variable's value.
 */
export function expandVariables(
  text: string,
  variables: Variables,
  literal: (text: string) => string = (same) => same,
): string {
  const pieces: string[] = [];
  let end = 0;
  let plain = "";
  for (const match of text.matchAll(/\$\$|\$\(([^)]*)\)/g)) {
    plain += text.slice(end, match.index);
    end = match.index + match[0].length;
    const value = match[1] === undefined ? undefined : variables(match[1]);
    if (value === undefined) plain += match[1] === undefined ? "$" : match[0];
    else {
      pieces.push(literal(plain), value);
      plain = "";
    }
  }
  return [...pieces, literal(plain + text.slice(end))].join("");
}

/** Text that comes out of `expandVariables` as it is here, whatever variables there are. */
export const escapeVariables = (text: string): string => text.replace(/\$(?=[$(])/g, "$$$$");

/** Expands each value by the variables before it, as the kubelet does; later names replace earlier ones. */
export function expandEnvironment(
  environment: readonly { readonly name: string; readonly value: string }[],
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of environment)
    values.set(
      name,
      expandVariables(value, (other) => values.get(other)),
    );
  return values;
}
