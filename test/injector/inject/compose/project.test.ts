// Which services of a compose file end, who waits for whom, and what cannot be put into an order.
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { turnsOf } from "../../../../injector/inject/compose/order.ts";
import { readProject } from "../../../../injector/inject/compose/project.ts";

const read = (text: string, profiles: readonly string[] = []) => {
  const { project, faults } = readProject(parse(text), profiles);
  const { turns, faults: more } = turnsOf(project);
  const names = turns.map(({ service }) => service.name);
  return {
    jobs: project.services.flatMap(({ name, isJob }) => (isJob ? [name] : [])),
    after: Object.fromEntries(turns.map((turn) => [turn.service.name, turn.after.map((at) => names[at])])),
    codes: [...faults, ...more].map(({ fault }) => fault.code),
    paths: [...faults, ...more].map(({ path }) => path.join(".")),
  };
};

const DONE = "{condition: service_completed_successfully}";
const HEALTHY = "{condition: service_healthy}";

test("jobs are those that others await, and the last that nobody does", () => {
  const { jobs, after } = read(`
services:
  db: {image: postgres, healthcheck: {test: "true"}}
  cache: {image: redis}
  migrate: {image: x, depends_on: {db: ${HEALTHY}}}
  api: {image: x, ports: ["80"], healthcheck: {test: "true"}, depends_on: {migrate: ${DONE}, cache: {condition: service_started}}}
  tests: {image: x, depends_on: {api: ${HEALTHY}}}
  worker: {image: x, restart: always, depends_on: {migrate: ${DONE}}}
`);
  expect(jobs).toEqual(["migrate", "tests"]);
  expect(after).toEqual({ db: [], migrate: ["db"], api: ["migrate"], tests: ["api"], worker: ["migrate"] });
});

test("who waits for a start waits for what that start waits for", () => {
  const { after } = read(`
services:
  seed: {image: x}
  api: {image: x, expose: ["80"], depends_on: {seed: ${DONE}}}
  proxy: {image: x, expose: ["81"], depends_on: [api]}
  tests: {image: x, depends_on: [proxy]}
`);
  expect(after).toEqual({ seed: [], api: ["seed"], proxy: ["seed"], tests: ["seed"] });
});

test("what x-baton says comes first", () => {
  const { jobs, after } = read(`
x-baton: {order: "lint, test"}
services:
  lint: {image: x}
  test: {image: x}
  worker: {image: x, depends_on: [lint], x-baton: {job: false}}
  load: {image: x, ports: ["1"], x-baton: {job: true}}
`);
  expect(jobs).toEqual(["lint", "test", "load"]);
  expect(after).toEqual({ lint: [], test: ["lint"], load: [] });
});

test("what a service extends in the same file is its own, and what another file has is not", () => {
  const { after } = read(`
services:
  base: {image: x, profiles: [never], depends_on: {seed: ${DONE}}}
  seed: {image: x}
  one: {extends: base, depends_on: {two: ${DONE}}}
  two: {extends: {service: base, file: other.yaml}}
`);
  expect(after).toEqual({ seed: [], two: [], one: ["seed", "two"] });
});

test("a service whose profile is not active is not there", () => {
  const text = `
services:
  debug: {image: x, profiles: [debug], healthcheck: {test: "true"}}
  seed: {image: x}
  tests: {image: x, depends_on: {seed: ${DONE}, debug: {condition: service_healthy, required: false}}}
`;
  expect(read(text)).toMatchObject({ after: { seed: [], tests: ["seed"] }, codes: [] });
  expect(read(text, ["debug"]).after).toEqual({ debug: [], seed: [], tests: ["debug", "seed"] });
});

describe("what has no order", () => {
  test.each([
    [`a: {depends_on: {b: ${DONE}}}, b: {depends_on: {a: ${DONE}}}`, "not-orderable", "services.a"],
    [`a: {depends_on: {b: ${DONE}}}, b: {restart: "on-failure"}`, "restarting-job", "services.b.restart"],
    [`a: {depends_on: {b: ${HEALTHY}}}, b: {}`, "no-healthcheck", "services.a.depends_on.b"],
    [
      `a: {depends_on: {b: ${HEALTHY}}}, b: {healthcheck: {test: [NONE]}}`,
      "no-healthcheck",
      "services.a.depends_on.b",
    ],
    [`a: {depends_on: {c: ${DONE}}}, b: {}`, "unknown-service", "services.a.depends_on.c"],
    [`a: {depends_on: {b: {condition: done}}}, b: {}`, "not-orderable", "services.a.depends_on.b"],
    [`a: {depends_on: {b: ${DONE}}}, b: {scale: 2}`, "not-orderable", "services.b"],
  ])("%s", (services, code, path) => {
    expect(read(`services: {${services}}`)).toMatchObject({ codes: [code], paths: [path] });
  });

  test("an order that names nobody, at its place", () => {
    const { codes, paths } = read(`{x-baton: {order: "a, c"}, services: {a: {}, b: {}}}`);
    expect([codes, paths]).toEqual([["unknown-container"], ["x-baton.order"]]);
  });
});

test("with an include what is not here is somewhere else", () => {
  const { codes } = read(`{include: [other.yaml], services: {a: {depends_on: {c: ${DONE}}}}}`);
  expect(codes).toEqual([]);
});
