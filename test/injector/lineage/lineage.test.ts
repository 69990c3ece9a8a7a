// Which data came of which, over runs: from records and statements alone.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { around, keysOf, lineageOfRuns } from "../../../injector/lineage/lineage.ts";
import { pictureOf } from "../../../injector/lineage/picture.ts";
import { lineageOf, type Making, type RunLineage } from "../../../injector/lineage/summary.ts";
import { lineageText } from "../../../injector/lineage/told.ts";
import { dot } from "../../../injector/pictures/dot.ts";
import { mermaid } from "../../../injector/pictures/mermaid.ts";
import { svg } from "../../../injector/pictures/svg.ts";
import { statementOf } from "../../../injector/provenance/statement.ts";
import { keepRun } from "../../../injector/runs/keep.ts";
import { keptLineages, lineagesAt } from "../../../injector/runs/lineages.ts";
import { aRecord, COMMIT, hex } from "../provenance/_record.ts";

/** `a` stands for the file of that content. */
const file = (name: string) => ({ name, digest: { sha256: Buffer.from(name.padEnd(32)).toString("hex") } });
const key = (name: string) => `sha256:${file(name).digest.sha256}`;
const short = (name: string) => `${name} (${key(name).slice(0, 19)})`;

/** `step: a b > c`, with `@run` behind it where it came from a cache. */
const making = (text: string): Making => {
  const [, step = "", of = "", made = "", cached] = /^(\w+): ([\w ]*)>([\w ]*)(?:@(\w*))?$/.exec(text) ?? [];
  const files = (words: string) =>
    words
      .split(" ")
      .filter((word) => word !== "")
      .map(file);
  return { step, of: files(of), made: files(made), ...(cached === undefined ? {} : { cached }) };
};
const run = (id: string, at: number, ...makings: readonly string[]): RunLineage => ({
  id,
  name: id,
  at: `2026-01-02T03:04:${String(at).padStart(2, "0")}.000Z`,
  makings: makings.map(making),
  given: [file(`${id}yaml`)],
});
const told = (runs: readonly RunLineage[], of?: string) => {
  const all = lineageOfRuns(runs);
  const keys = of === undefined ? [] : keysOf(all, of);
  return lineageText(of === undefined ? all : around(all, keys), keys);
};

describe("over runs", () => {
  const runs = [
    run("late", 9, "test: b > "),
    run("first", 1, "get: > a", "make: a > b"),
    run("other", 5, "x: y > z"),
  ];

  test("a thing is told with what it came of, and with what came of it", () => {
    expect(told(runs, "b")).toBe(
      [
        short("b"),
        "  made by make of first, 2026-01-02 03:04:01",
        `    of ${short("a")}`,
        "      made by get of first, 2026-01-02 03:04:01",
        `        of ${short("firstyaml")}`,
        "  used by test of late, 2026-01-02 03:04:09",
        "",
      ].join("\n"),
    );
  });

  test("all of it is told from what nobody has made", () => {
    expect(told(runs)).toBe(
      [
        short("firstyaml"),
        `  went into ${short("a")}, by get of first, 2026-01-02 03:04:01`,
        `    went into ${short("b")}, by make of first, 2026-01-02 03:04:01`,
        "      used by test of late, 2026-01-02 03:04:09",
        short("y"),
        `  went into ${short("z")}, by x of other, 2026-01-02 03:04:05`,
        "",
      ].join("\n"),
    );
    expect(told([])).toBe("no data is known\n");
  });

  test("the same of the same is told once, by who did so first", () => {
    const twice = [
      run("second", 2, "make: a > b"),
      run("first", 1, "make: a > b"),
      run("third", 3, "make: a > b"),
    ];
    expect(told(twice, "b")).toContain("made by make of first, 2026-01-02 03:04:01 (made again 2 times)\n");
  });

  test("what came from a cache belongs to the run that made it", () => {
    const hit = [
      run("first", 1, "make: a > b"),
      run("second", 2, "make: a > b@first"),
      run("third", 3, "make: a > b@first"),
    ];
    expect(told(hit, "b")).toContain("made by make of first, 2026-01-02 03:04:01 (from the cache 2 times)\n");
    expect(told(hit.slice(1), "b")).toContain(
      "make of second, 2026-01-02 03:04:02 (from the cache 2 times, first by run first)\n",
    );
    const clocks = [run("hit", 1, "make: a > b@first"), run("first", 2, "make: a > b")];
    expect(told(clocks, "b")).toContain("made by make of first, 2026-01-02 03:04:02 (from the cache once)\n");
  });

  test("what is made of itself, or of each other, has an end", () => {
    const circle = [
      run("one", 1, "format: a > a"),
      run("two", 2, "there: a > b"),
      run("three", 3, "back: b > a"),
    ];
    expect(told(circle, "a").split("\n").length).toBeLessThan(20);
    expect(told(circle)).toBe("no data is known\n");
    expect(pictureOf(lineageOfRuns(circle)).nodes).toHaveLength(5);
  });

  test("a long chain is not told without end", () => {
    const long = run("long", 1, ...Array.from({ length: 5000 }, (_, at) => `s: a${at} > a${at + 1}`));
    expect(told([long], "a5000")).toContain("…");
    expect(lineageText(lineageOfRuns([long]), []).split("\n").length).toBeLessThan(5000);
  });

  test("whatever the runs are, a picture has each thing once and no circle", () => {
    const name = fc.constantFrom("a", "b", "c", "d", "e");
    const names = fc.uniqueArray(name, { maxLength: 3 }).map((all) => all.join(" "));
    const step = fc.tuple(names, names).map(([of, made]) => `s: ${of} > ${made}`);
    const some = fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(some, (all) => {
        const graph = pictureOf(lineageOfRuns(all.map((steps, at) => run(`r${at}`, at, ...steps))));
        const place = new Map(graph.nodes.map(({ id }, at) => [id, at]));
        expect(place.size).toBe(graph.nodes.length);
        for (const { from, to } of graph.edges) expect(place.get(from)).toBeLessThan(place.get(to) ?? -1);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 100) },
    );
  });

  test("no name makes a line of its own, or markup", () => {
    const evil = {
      ...run("x", 1),
      makings: [{ step: "s", of: [file("a")], made: [{ ...file("b"), name: 'x\n"<b>' }] }],
    };
    const graph = pictureOf(lineageOfRuns([evil]));
    expect(lineageText(lineageOfRuns([evil]), [])).toContain('went into x\\n"<b> (');
    expect(mermaid(graph)).not.toContain("<b>");
    expect(svg(graph, { title: "lineage" })).not.toContain("<b>");
    expect(dot(graph)).toContain('x\\n\\"<b>');
  });
});

describe("what is asked for", () => {
  const all = lineageOfRuns([lineageOf(aRecord())]);
  test.each([
    ["a digest", `sha256:${hex("aa")}`, `sha256:${hex("aa")}`],
    ["the beginning of one", "aaaaaaaa", `sha256:${hex("aa")}`],
    ["a commit", COMMIT, `dirHash:${hex("d0")}`],
    ["a commit by its algorithm", `gitCommit:${COMMIT.slice(0, 10)}`, `dirHash:${hex("d0")}`],
    ["a name", "product", `sha256:${hex("aa")}`],
  ])("may be %s", (_what, wanted, found) => {
    expect(keysOf(all, wanted)).toContain(found);
  });
  test("is nothing where nothing is like that", () => {
    expect(["aaaaaa", "md5:aaaaaaaa", "prod", ""].flatMap((wanted) => keysOf(all, wanted))).toEqual([]);
  });
});

describe("in folders", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "baton-lineage-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));

  test("every kept run leaves what its lineage needs", () => {
    keepRun(folder, "ship")?.add({ type: "runFinished", at: "", record: aRecord() });
    const [kept] = keptLineages(folder);
    expect(kept).toEqual({
      ...lineageOf(aRecord()),
      kept: expect.stringMatching(/^\d{8}-\d{6}\.\d{3}-ship$/),
    });
    expect(lineagesAt(folder, "ship")).toEqual([kept]);
    expect(lineagesAt("/nowhere", folder)).toEqual([kept]);
    expect(lineagesAt("/nowhere", join(folder, kept?.kept ?? ""))).toEqual([kept]);
  });

  test("a run that an older baton kept has its record", () => {
    mkdirSync(join(folder, "20260102-030405-ship"));
    write("20260102-030405-ship/record.json", aRecord());
    expect(keptLineages(folder)).toEqual([{ ...lineageOf(aRecord()), kept: "20260102-030405-ship" }]);
  });

  test("records and statements are read, and what is neither is passed over", () => {
    write("a.json", aRecord());
    write("b.json", statementOf(aRecord({ id: "another" }), { builderId: "urn:builder" }));
    write("c.json", { kind: "other" });
    writeFileSync(join(folder, "d.jsonl"), "no JSON\n");
    symlinkSync("a.json", join(folder, "e.json"));
    const found = lineagesAt("/nowhere", folder);
    expect(found.map(({ id }) => id)).toEqual([aRecord().id, "another"]);
    const [step] = found[1]?.makings ?? [];
    expect(step?.made.map(({ name }) => name)).toEqual(["product", "source"]);
    expect(step?.of.map(({ digest }) => digest["gitCommit"]).filter((one) => one !== undefined)).toContain(
      COMMIT,
    );
    expect(() => lineagesAt("/nowhere", join(folder, "c.json"))).toThrow(
      "holds neither a record of a run nor provenance",
    );
  });

  test.each([
    ["is no JSON", "{"],
    ["is a list", "[]"],
    ["has no steps", JSON.stringify({ ...lineageOf(aRecord()), makings: undefined })],
    [
      "has a digest that is none",
      JSON.stringify({ ...lineageOf(aRecord()), given: [{ name: "a", digest: { sha256: 1 } }] }),
    ],
    ["has a step that is none", JSON.stringify({ ...lineageOf(aRecord()), makings: [null] })],
  ])("a summary that %s is made anew from the record", (_what, text) => {
    mkdirSync(join(folder, "20260102-030405-ship"));
    writeFileSync(join(folder, "20260102-030405-ship/lineage.json"), text);
    expect(keptLineages(folder)).toEqual([]);
    write("20260102-030405-ship/record.json", aRecord());
    expect(keptLineages(folder)).toHaveLength(1);
  });
});
