// Every page of docs/: its YAML has no mistakes, its links lead somewhere, and what it says about plans is so.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { validate } from "../../injector/check/validate.ts";
import { VERBS } from "../../injector/cli/verbs.ts";
import { diagnosticsText } from "../../injector/diagnostics/text.ts";
import { load } from "../../injector/documents/load.ts";
import { plan } from "../../injector/plan/index.ts";
import { resolve } from "../../injector/resolve/resolve.ts";
import { blocksOf, DOCS, textOf, yamlOf } from "./_page.ts";

const pages = readdirSync(DOCS).filter((file) => file.endsWith(".md"));

/** Its YAML is mistakes, each with its own test: errors.test.ts. */
const MISTAKES = "errors.md";

/** A page about pods as such has no Task to validate. */
const hasTasks = (page: string): boolean => /^apiVersion: (tekton\.dev|baton\.run)\//m.test(yamlOf(page));

test.each(pages.filter((page) => page !== MISTAKES && hasTasks(page)))(
  "the YAML of %s has no mistakes",
  (page) => {
    expect(diagnosticsText(validate([{ path: page, text: yamlOf(page) }]))).toBe("");
  },
);

test.each(pages)("the links of %s lead somewhere", (page) => {
  const links = [...readFileSync(join(DOCS, page), "utf8").matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(
    (match) => match[1] ?? "",
  );
  const broken = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(DOCS, link)));
  expect(broken).toEqual([]);
});

test("README.md has every verb, and no other", () => {
  const table = /^\| verb \| page \|$(.*?)^$/ms.exec(textOf("README.md"))?.[1] ?? "";
  const told = [...table.matchAll(/`baton ([a-z]+)`/g)].map(([, verb]) => verb);
  expect(told.sort()).toEqual(VERBS.map(({ name }) => name).sort());
});

test("fusion.md tells the orders that the planner adds", () => {
  const loaded = load([{ path: "ci.yaml", text: yamlOf("fusion.md") }]);
  const workspaces = [{ name: "source", emptyDir: {} }];
  const { plans, notes } = plan(resolve(loaded, { target: "ci", workspaces }));
  expect(plans).toHaveLength(1);
  expect(`${notes.map(({ message }) => message).join("\n")}\n`).toBe(blocksOf("fusion.md", "text")[0]);
});
