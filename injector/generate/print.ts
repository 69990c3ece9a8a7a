// Values as TypeScript source: data as literals, expressions as they are, lines broken as a formatter would.

import { Code, Source, template } from "./code.ts";

const WIDTH = 100;

/** The source of a value whose first line starts `indent` columns in; undefined fields are left out. */
export function print(value: unknown, indent = 0): string {
  if (value instanceof Source) return value.at(indent);
  const inline = printInline(value);
  const fits = indent + inline.length <= WIDTH && !inline.includes("\n");
  return fits ? inline : broken(value, indent);
}

/** A call on one line, or with its last argument broken over several, or with each of them on lines of its own. */
export function printCall(name: string, args: readonly unknown[], indent = 0): string {
  const given = args.filter((arg) => arg !== undefined);
  const line = `${name}(${given.map(printInline).join(", ")})`;
  if (!line.includes("\n") && indent + line.length <= WIDTH) return line;
  const words = given.map((arg, index) =>
    index < given.length - 1 ? printInline(arg) : broken(arg, indent),
  );
  const hugging = `${name}(${words.join(", ")})`;
  if (indent + (hugging.split("\n")[0] ?? "").length <= WIDTH) return hugging;
  return block(
    `${name}(`,
    given.map((arg) => print(arg, indent + 2)),
    ")",
    indent,
  );
}

/** The import of these names from a module. */
export function printImport(names: readonly string[], from: string): string {
  const source = `from ${JSON.stringify(from)};\n`;
  const line = `import { ${names.join(", ")} } ${source}`;
  return line.length <= WIDTH ? line : `import ${block("{", names, "}", 0)} ${source}`;
}

/** A literal over several lines, whether or not one would do. */
function broken(value: unknown, indent: number): string {
  const isLiteral = typeof value === "object" && value !== null && !(value instanceof Code);
  if (!isLiteral) return printInline(value);
  if (value instanceof Source) return value.at(indent);
  return Array.isArray(value)
    ? block(
        "[",
        value.map((item) => print(item, indent + 2)),
        "]",
        indent,
      )
    : block(
        "{",
        fields(value, (field) => print(field, indent + 2)),
        "}",
        indent,
      );
}

function printInline(value: unknown): string {
  if (value instanceof Code) return value.source;
  if (value instanceof Source) return value.at(0);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string" && value.includes("\n")) return template([value]).source;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(printInline).join(", ")}]`;
  const inside = fields(value, printInline).join(", ");
  return inside === "" ? "{}" : `{ ${inside} }`;
}

function fields(value: object, printed: (field: unknown) => string): string[] {
  const present = Object.entries(value).filter(([, field]) => field !== undefined);
  return present.map(([name, field]) =>
    field instanceof Code && field.source === name ? name : `${key(name)}: ${printed(field)}`,
  );
}

/** Computed where a plain key would set the prototype. */
function key(name: string): string {
  if (name === "__proto__") return `["__proto__"]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function block(open: string, items: readonly string[], close: string, indent: number): string {
  const pad = " ".repeat(indent + 2);
  return `${open}\n${items.map((item) => `${pad}${item},\n`).join("")}${" ".repeat(indent)}${close}`;
}
