// Pages are read by people: lines of prose fit a screen, cells of tables are a phrase or a sentence, links and their anchors
// lead somewhere.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

const under = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file));

const PAGES = [
  ...readdirSync(root).filter((file) => file.endsWith(".md")),
  ...["docs", "examples", "entrypoint", "injector"].flatMap(under),
];

/** Written by `make conformance`, which quotes what others say. */
const MADE = ["docs/conformance.md", "docs/tkn-act.md"];

const LONGEST_LINE = 160;
const MOST_WORDS = 40;

const textOf = (page: string): string => readFileSync(join(root, page), "utf8");
/** The page without what stands in fences: those are files and screens. */
const proseOf = (page: string): readonly string[] =>
  textOf(page)
    .replace(/^( *)```.*?^\1```$/gms, (block) => block.replace(/[^\n]/g, ""))
    .split("\n");

test.each(PAGES.filter((page) => !MADE.includes(page)))("%s: lines fit a screen, cells are short", (page) => {
  const wrong = proseOf(page).flatMap((line, at) => {
    const where = `${page}:${at + 1}`;
    if (!line.startsWith("|")) return line.length > LONGEST_LINE ? [`${where} has ${line.length}`] : [];
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().split(/\s+/).length);
    return Math.max(...cells) > MOST_WORDS ? [`${where} has a cell of ${Math.max(...cells)} words`] : [];
  });
  expect(wrong).toEqual([]);
});

test.each(PAGES)("%s: its links lead somewhere", (page) => {
  const links = [
    ...proseOf(page)
      .join("\n")
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, link = ""]) => link);
  const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !leads(page, link));
  expect(broken).toEqual([]);
});

test("every page of docs/ can be reached from README.md", () => {
  const seen = new Set(["README.md"]);
  for (const page of seen)
    for (const [, link = ""] of textOf(page).matchAll(/\]\(([^)\s#]+\.md)/g)) {
      const target = relative(root, join(root, dirname(page), link));
      if (PAGES.includes(target)) seen.add(target);
    }
  expect(under("docs").filter((page) => !seen.has(page))).toEqual([]);
});

function leads(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || !file.endsWith(".md") || anchorsOf(file).includes(anchor);
}

/** As GitHub makes them of headings. */
const anchorsOf = (page: string): readonly string[] =>
  proseOf(page)
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, "")
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
