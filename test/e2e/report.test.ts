// The report of a run in a real browser: what its reader sees, types and presses. It loads nothing, and runs nothing that a
// step has said.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folder, taskOf } from "./_baton.ts";

let browser: Browser;
beforeAll(async () => {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync) ?? "";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});
afterAll(() => browser.close());

/** The report of a run of this Task. */
async function opened(task: string): Promise<{ readonly page: Page; readonly asked: readonly string[] }> {
  const { baton, path } = folder({ "task.yaml": task });
  await baton("run", "task.yaml", "--report", "run.html");
  const page = await browser.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(join(path, "run.html")).href);
  return { page, asked };
}

test("the failure is on top, its step is open, and nothing is loaded", async () => {
  const { page, asked } = await opened(
    taskOf({ one: "echo fine", two: "echo broken; exit 3", three: "echo never" }),
  );
  expect(await page.title()).toMatch(/ failed$/);
  expect(await page.locator(".failure").textContent()).toContain("broken");
  expect(await page.locator("details.step[open] .name").allInnerTexts()).toEqual(["step-two"]);
  expect(await page.locator("svg .box").count()).toBe(3);
  expect(asked).toHaveLength(1);
});

test("a search shows the steps that have it, and counts them", async () => {
  const { page } = await opened(taskOf({ one: "echo apple", two: "echo pear", three: "echo apple pie" }));
  await page.locator("#search").fill("apple");
  expect(await page.locator("details.step:visible .name").allInnerTexts()).toEqual([
    "step-one",
    "step-three",
  ]);
  expect(await page.locator("#found").textContent()).toBe("2 of 3 steps");
  await page.locator("#search").fill("");
  expect(await page.locator("details.step:visible").count()).toBe(3);
});

test("the keyboard reaches the steps and opens them", async () => {
  const { page } = await opened(taskOf({ one: "echo fine" }));
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the steps");
  await page.locator("details.step summary").first().focus();
  await page.keyboard.press("Enter");
  expect(await page.locator("details.step[open] pre").textContent()).toBe("fine");
});

test("what a step says is text", async () => {
  const evil = `<img src=x onerror="document.title='owned'"><script>document.title="owned"</script></pre></details>`;
  const { page } = await opened(taskOf({ one: `cat <<'EOF'\n        ${evil}\n        EOF` }));
  await page.locator("details.step summary").first().click();
  expect(await page.locator("details.step pre").first().textContent()).toContain("<img src=x");
  expect(await page.title()).not.toBe("owned");
  expect(await page.locator("img").count()).toBe(0);
});
