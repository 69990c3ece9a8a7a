// injector/plan/README.md: its rooms are there, and its example becomes what it says.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { load } from "../../injector/documents/load.ts";
import { plan } from "../../injector/plan/index.ts";
import { resolve } from "../../injector/resolve/resolve.ts";
import { blocksOf, DOCS, textOf } from "./_page.ts";

const PAGE = "../injector/plan/README.md";

test("the example becomes the step that the page shows", () => {
  const [text = ""] = blocksOf(PAGE, "yaml");
  const { plans, edges } = plan(resolve(load([{ path: "ci.yaml", text }])));
  expect([plans.length, plans[0]?.steps.length, edges]).toEqual([1, 3, []]);
  expect(plans[0]?.steps[2]).toMatchObject(JSON.parse(blocksOf(PAGE, "json")[0] ?? ""));
});

test("the page has every room, in the order in which plan() enters them", () => {
  const told = [...textOf(PAGE).matchAll(/^\| `([a-z]+)` \|/gm)].map(([, room]) => room);
  const entered = [
    ...textOf("../injector/plan/index.ts").matchAll(/= (\w+)\(|^ {2}(?:return )?(\w+)\(/gm),
  ].map(([, made, called]) => (made ?? called)?.replace("bindRun", "bind"));
  expect(entered).toEqual(told);
  const rooms = readdirSync(join(DOCS, "../injector/plan"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(rooms.sort()).toEqual([...told, "model"].sort());
});
