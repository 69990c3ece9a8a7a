// Compose's own interpolation: `$` starts a variable of whoever runs compose, so ours are doubled, and Secrets become
// such variables on purpose.

/** A string as it has to be written in a compose file. */
export type ComposeText = string;

export const literal = (text: string): ComposeText => text.replaceAll("$", "$$$$");

/** A variable that has to be set (or may be empty) when compose runs; `what` is said where it is missing. */
export function fromEnvironment(name: string, key: string, what: string, optional: boolean): ComposeText {
  const variable = variableName(name, key);
  return optional ? `\${${variable}-}` : `\${${variable}:?${what}}`;
}

/** `registry` and `token` → REGISTRY_TOKEN. */
export const variableName = (name: string, key: string): string =>
  `${name}_${key}`
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^(?=\d)/, "_");
