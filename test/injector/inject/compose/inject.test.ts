// baton inject of a compose file: what is not touched stays, byte for byte; twice changes nothing.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose files look like it
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { call } from "../../cli/_terminal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-compose-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function injected(text: string) {
  writeFileSync(join(folder, "compose.yaml"), text);
  const output = join(folder, "out.yaml");
  const { code, err: said } = await call(["inject", "-f", join(folder, "compose.yaml"), "-o", output]);
  return { code, said, text: code === 0 ? readFileSync(output, "utf8") : "" };
}

const FILE = `# the project
name: shop
x-app: &app
  image: "example.org/app" # ours
  environment: {MODE: 'test', PRICE: "5$$"}

services:
  db:
    image: postgres:16
    entrypoint: docker-entrypoint.sh --quiet
    command: [postgres]
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U \${USER:-me} && echo 'x'"]

  # once
  migrate:
    <<: *app
    entrypoint: []
    command: sh -c "echo 'a  b'"   # why
    depends_on:
      db: {condition: service_healthy}
    volumes:
      - ./migrations:/migrations:ro
  mail: {image: mail}
  tests:
    <<: *app
    entrypoint: ["run", 'tests']
    depends_on: {migrate: {condition: service_completed_successfully}}
volumes:
  data:
`;

test("only what waits, or is waited for, changes", async () => {
  const { code, text, said } = await injected(FILE);
  expect([code, said]).toEqual([0, ""]);
  const lines = text.split("\n");
  let at = 0;
  const kept = FILE.split("\n").filter((line) => !/entrypoint|depends_on|service_healthy/.test(line));
  for (const line of kept) {
    const found = lines.indexOf(line, at);
    expect([line, found >= at]).toEqual([line, true]);
    at = found + 1;
  }
  const { services } = parse(text, { merge: true });
  expect(services.migrate.entrypoint).toEqual([
    "/tekton/bin/entrypoint",
    ...["-wait_file", "/tekton/run/0/out", "-post_file", "/tekton/run/1/out"],
    ...["-termination_path", "/tekton/run/1/termination", "-step_name", "migrate"],
    ...["-step_metadata_dir", "/tekton/run/1/status", "-linger", "/tekton/run/baton", "--"],
  ]);
  const test = "pg_isready -U ${USER:-me} && echo 'x'";
  expect(services.db.entrypoint).toEqual(
    expect.arrayContaining(["sidecar", "-ready_test", "/bin/sh", "-ready_test", "-c", "-ready_test", test]),
  );
  expect(services.db.entrypoint.slice(-3)).toEqual(["--", "docker-entrypoint.sh", "--quiet"]);
  expect(services.tests.entrypoint.slice(-3)).toEqual(["--", "run", "tests"]);
  expect(services.tests.depends_on).toEqual(["baton"]);
  expect(services.migrate.volumes[0]).toBe("./migrations:/migrations:ro");
  expect(services.mail).toEqual({ image: "mail" });
});

test("at most three lines more for each that takes part, and one small service", async () => {
  const { text } = await injected(FILE);
  const added = text.split("\n").length - FILE.split("\n").length;
  const service = text.split("\n").indexOf("  baton:");
  expect(text.split("\n").slice(service, service + 12)).toContain("volumes:");
  expect(added).toBeLessThanOrEqual(3 * 3 + 9 + 6);
});

test("twice changes nothing", async () => {
  const once = (await injected(FILE)).text;
  expect((await injected(once)).text).toBe(once);
});

test("lines end as they did", async () => {
  const { text } = await injected(FILE.replaceAll("\n", "\r\n"));
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  expect(text.replaceAll("\r\n", "\n")).toBe((await injected(FILE)).text);
});

test("what is included, and what overrides, is left to compose and told", async () => {
  writeFileSync(join(folder, "compose.override.yaml"), "");
  const file = FILE.replace("services:", "include: [other.yaml]\nservices:").replace(
    "{migrate: {",
    "{elsewhere: {condition: service_healthy}, migrate: {",
  );
  const { code, text, said } = await injected(file);
  expect(code).toBe(0);
  expect(parse(text, { merge: true }).services.tests.depends_on).toEqual({
    elsewhere: { condition: "service_healthy" },
    baton: { condition: "service_started" },
  });
  expect(said).toMatch(/includes is left to compose.*\n.*compose\.override\.yaml is read by compose/);
});

test.each([
  ["services: {a: {image: x}}", /nothing-to-order/],
  [`${FILE}jobs: {nightly: {image: x}}\n`, /not-orderable.*jobs/s],
  [FILE.replace("  mail:", "  baton:"), /not-orderable.*name of the one that ends/s],
])("refused: %#", async (text, said) => {
  const out = await injected(text);
  expect(out.code).toBe(2);
  expect(out.said).toMatch(said);
});
