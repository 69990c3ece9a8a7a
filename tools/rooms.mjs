// The rooms of the house, as the code's own imports make them. Printed as Mermaid: `node tools/rooms.mjs`; put into
// ARCHITECTURE.md with `--write`, and as data for the tests with `--json`. An arrow that others imply is left out, so that
// the floors can be seen.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(import.meta.dirname, "..");

const sources = () =>
  ["entrypoint", "injector", "images"].flatMap((program) =>
    readdirSync(join(root, program), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(program, file)),
  );

/** Every import of every source, types included; files of the house by their path from its root. */
const imports = () => sources().flatMap((from) => importsOf(from).map((to) => ({ from, to })));

/** `entrypoint/step/play.ts` → `entrypoint/step`; a file that lies in a hall is a room of its own. */
function roomOf(file) {
  const [program, room] = file.split("/");
  return program === "images" ? program : `${program}/${room}`;
}

/** Room → rooms that it imports. */
function rooms() {
  const found = new Map(sources().map((file) => [roomOf(file), new Set()]));
  for (const { from, to } of imports())
    if (/^(entrypoint|injector|images)\//.test(to) && roomOf(from) !== roomOf(to))
      found.get(roomOf(from)).add(roomOf(to));
  return found;
}

function picture() {
  const graph = rooms();
  const lines = [...graph].sort(byName).flatMap(([from, to]) =>
    [...to]
      .filter((room) => ![...to].some((other) => other !== room && reaches(graph, other, room)))
      .sort()
      .map((room) => `  ${node(from)} --> ${node(room)}`),
  );
  return ["graph TD", ...lines].join("\n");
}

function importsOf(file) {
  const text = readFileSync(join(root, file), "utf8");
  const names = [...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/gm)];
  return names.map((match) => {
    const name = match[1] ?? match[2] ?? "";
    return name.startsWith(".") ? relative(root, join(root, dirname(file), name)) : name;
  });
}

const byName = ([a], [b]) => (a < b ? -1 : 1);

const node = (room) => `${room.replaceAll(/[/.]/g, "_")}["${room.replace(/\.ts$/, "")}"]`;

function reaches(graph, from, to, seen = new Set()) {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return [...(graph.get(from) ?? [])].some((next) => reaches(graph, next, to, seen));
}

const as = process.argv[2];
if (as === "--write") {
  const page = join(root, "ARCHITECTURE.md");
  const text = readFileSync(page, "utf8");
  writeFileSync(page, text.replace(/```mermaid\n[\s\S]*?```/, () => `\`\`\`mermaid\n${picture()}\n\`\`\``));
} else if (as === "--json") {
  const each = [...rooms()].map(([room, to]) => [room, [...to].sort()]);
  console.log(JSON.stringify({ imports: imports(), rooms: Object.fromEntries(each), picture: picture() }));
} else console.log(picture());
