// Variables in a value of a compose file, as compose replaces them.

type Variables = Readonly<Record<string, string | undefined>>;

/** `$$`, `$NAME`, `${NAME}`, and `${NAME:-…}` with its kin, one in the other. */
export function interpolated(text: string, variables: Variables): string {
  const at = text.indexOf("$");
  if (at < 0) return text;
  const { value, end } = variableAt(text, at, variables);
  return text.slice(0, at) + value + interpolated(text.slice(end), variables);
}

function variableAt(text: string, at: number, variables: Variables): { value: string; end: number } {
  if (text[at + 1] === "$") return { value: "$", end: at + 2 };
  if (text[at + 1] === "{") {
    const end = closing(text, at + 2);
    return { value: answer(text.slice(at + 2, end), variables), end: end + 1 };
  }
  const [name = ""] = /^[A-Za-z_]\w*/.exec(text.slice(at + 1)) ?? [];
  return { value: name === "" ? "$" : (variables[name] ?? ""), end: at + 1 + name.length };
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith("${", at)) depth += 1;
    else if (text[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function answer(inner: string, variables: Variables): string {
  const [, name = "", operator = "", other = ""] = /^(\w*)(:?[-+?])?([\s\S]*)$/.exec(inner) ?? [];
  const value = variables[name];
  const isThere = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
  if (operator.endsWith("+")) return isThere ? interpolated(other, variables) : "";
  if (operator.endsWith("-") && !isThere) return interpolated(other, variables);
  return value ?? "";
}

/** The lines of an `.env` file. */
export function parseEnvFile(text: string): Variables {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ""] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, unquoted(value)] as const];
  });
  return Object.fromEntries(pairs);
}

function unquoted(value: string): string {
  const [, , inner] = /^(['"])([\s\S]*)\1/.exec(value) ?? [];
  return inner ?? value.replace(/\s+#.*$/, "");
}
