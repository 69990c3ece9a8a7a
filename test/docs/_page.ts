// A page of docs/: its code blocks by language.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const DOCS: string = join(import.meta.dirname, "../../docs");

/** `page` as seen from docs/. */
export const textOf = (page: string): string => readFileSync(join(DOCS, page), "utf8");

export function blocksOf(page: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms");
  return [...textOf(page).matchAll(fence)].map((match) => match[1] ?? "");
}

/** All YAML of a page, as one file. */
export const yamlOf = (page: string): string => blocksOf(page, "yaml").join("---\n");
