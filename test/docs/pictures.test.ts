// The pictures of the pages stand alone: XML that any viewer takes, nothing in it runs or loads. The recorded run is a whole one.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DOCS } from "./_page.ts";

const pictures = join(DOCS, "pictures");
const textOf = (name: string): string => readFileSync(join(pictures, name), "utf8");

test.each(readdirSync(pictures))("%s runs nothing and loads nothing", (name) => {
  const text = textOf(name);
  expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(text).not.toMatch(/<script|<foreignObject|\bon\w+=|href=|url\(|@import/i);
  expect(text).toMatch(/aria-label=|<title>/);
});

test("the recorded run has steps side by side, and ends well", () => {
  const frames = textOf("run.svg").split('<g class="k');
  const words = frames.map((frame) => frame.replace(/<[^>]*>/g, ""));
  expect(words.some((frame) => (frame.match(/running/g) ?? []).length > 1)).toBe(true);
  expect(words.at(-1)).toContain("ci succeeded");
});
