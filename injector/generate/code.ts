// Pieces of source that stand for values.

/** An expression, as it shall stand in the source. */
export class Code {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** Source that depends on how far in it stands, such as a script or a function. */
export class Source {
  readonly at: (indent: number) => string;
  constructor(at: (indent: number) => string) {
    this.at = at;
  }
}

export type Parts = readonly (string | Code)[];

/** A template literal of texts and expressions. */
export function template(parts: Parts): Code {
  const inside = parts.map((part) => (part instanceof Code ? `\${${part.source}}` : escaped(part)));
  return new Code(`\`${inside.join("")}\``);
}

/** `.name`, or `["na-me"]` where a name is no identifier. */
export const access = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

const escaped = (text: string): string => text.replace(/\\|`|\$\{/g, "\\$&").replaceAll("\r", "\\r");
