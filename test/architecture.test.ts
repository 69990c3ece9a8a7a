// The house's rules, executed: ARCHITECTURE.md's tables of rooms are what the code does, floor by floor.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
const { imports, rooms, picture } = JSON.parse(
  execFileSync(process.execPath, [join(root, "tools/rooms.mjs"), "--json"], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  }),
) as {
  readonly imports: readonly { readonly from: string; readonly to: string }[];
  readonly rooms: Readonly<Record<string, readonly string[]>>;
  readonly picture: string;
};

/** Rows of the tables of rooms: `| \`room\` | what it knows | what it imports |`, in the order of floors. */
const rows = [...page.matchAll(/^\| `([a-z]+\/?[a-z-]*(?:\.ts)?)` \| [^|]+ \| ([^|]*) \|$/gm)].map(
  ([, room = "", cell = ""]) => ({
    room,
    words: [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word),
  }),
);

test("the table has every room, and no other", () => {
  expect(rows.map(({ room }) => room).sort()).toEqual(Object.keys(rooms).sort());
});

test.each(rows)("$room imports the rooms that the table says", ({ room, words }) => {
  const short = (rooms[room] ?? []).map((to) =>
    to.startsWith(`${room.split("/")[0]}/`) ? to.split("/")[1] : to,
  );
  expect(words.filter((word) => !isPackage(word)).sort()).toEqual(short.sort());
});

test.each(rows)("$room stands on floors below it", ({ room }) => {
  const above = rows.slice(rows.findIndex((row) => row.room === room)).map((row) => row.room);
  expect((rooms[room] ?? []).filter((to) => above.includes(to))).toEqual([]);
});

test.each(rows)("$room uses the packages that the table says", ({ room, words }) => {
  const used = imports.filter(({ from }) => from.startsWith(`${room}/`) || from === room).map(({ to }) => to);
  const packages = used.filter(
    (to) => /^(@?[a-z][a-z0-9-]*(\/[a-z-]+)?|baton:native)$/.test(to) && !rooms[to],
  );
  expect([...new Set(packages.filter((to) => to !== "package.json"))].sort()).toEqual(
    words.filter(isPackage).sort(),
  );
});

test("no two files import each other, types included", () => {
  expect(circles()).toEqual([]);
});

test("no file lies in a hall", () => {
  const halls = new Set(imports.map(({ from }) => from).filter((file) => file.split("/").length === 2));
  const faces = ["entrypoint/host.ts", "entrypoint/main.ts", "injector/index.ts"];
  expect([...halls].filter((file) => !file.startsWith("images/") && !faces.includes(file))).toEqual([]);
});

test("the command line knows no process but by its terminal", () => {
  const files = execFileSync("git", ["ls-files", "injector/cli"], { cwd: root, encoding: "utf8" });
  const texts = files
    .trim()
    .split("\n")
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
  expect(
    texts.filter(({ text }) => /\bprocess(?:\.[a-z]|\[)|\bconsole\.[a-z]/.test(text)).map(({ file }) => file),
  ).toEqual([]);
});

test("the core is compiled without any runtime's types", () => {
  const settings = JSON.parse(readFileSync(join(root, "entrypoint/tsconfig.json"), "utf8"));
  expect(settings.compilerOptions.types).toEqual([]);
  expect(settings.exclude).toEqual(["hosts/node.ts", "hosts/node", "bin/node.ts"]);
});

test("the picture is current: node tools/rooms.mjs --write", () => {
  expect(/```mermaid\n([\s\S]*?)\n```/.exec(page)?.[1]).toBe(picture);
});

/** Rows of the last table: `| invariant | \`file\` "title" |`. */
const invariants = [...(page.split("## Invariants")[1] ?? "").matchAll(/^\| ([A-Z][^|]+) \| (.*) \|$/gm)].map(
  ([, invariant = "", cell = ""]) => ({ invariant, test: /^`([^`]+)` "([^"]+)"$/.exec(cell) }),
);

test.each(invariants)("$invariant", ({ test: found }) => {
  const [, file = "", title = ""] = found ?? [];
  const titles = readFileSync(join(root, file), "utf8").matchAll(
    /\btest(?:\.each\([\s\S]*?\))?\(\s*"([^"]+)"/g,
  );
  expect([...titles].some(([, one = ""]) => one.startsWith(title))).toBe(true);
});

test("there are invariants", () => {
  expect(invariants.length).toBeGreaterThan(5);
});

const isPackage = (word: string): boolean =>
  /^(@.+\/.+|baton:native|[a-z-]+)$/.test(word) && PACKAGES.has(word);

const PACKAGES = new Set([
  "baton:native",
  ...Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies as object),
]);

/** Files that lead back to themselves. */
function circles(): readonly string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === "open") found.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
    if (state.has(file)) return;
    state.set(file, "open");
    for (const to of next.get(file) ?? []) visit(to, [...trail, file]);
    state.set(file, "done");
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}
