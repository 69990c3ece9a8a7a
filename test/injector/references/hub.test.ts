// resolver: hub, against a server that answers as Artifact Hub and as Tekton Hub do. And what a constraint means.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { load } from "../../../injector/documents/load.ts";
import { type FetchOptions, fetchRefs } from "../../../injector/references/fetch.ts";
import { parseLock, printLock } from "../../../injector/references/lock.ts";
import { chosen } from "../../../injector/references/resolvers/versions.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const task = (image: string) => `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: scan}
spec: {steps: [{name: s, image: "${image}"}]}
`;
const LIST = "/api/v1/packages/tekton-task/tekton-catalog-tasks/scan";
const OLD_LIST = "/v1/resource/Tekton/task/scan";
let answers: Record<string, unknown>;
let asked: string[];
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const answer = answers[url];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  answers = {
    [LIST]: {
      available_versions: [
        { version: "0.5.0" },
        { version: "0.6.0" },
        { version: "0.10.0" },
        { version: "1.0.0", prerelease: true },
      ],
    },
    [OLD_LIST]: { data: { versions: [{ version: "0.5" }, { version: "0.6" }] } },
    [`${OLD_LIST}/0.6/yaml`]: { data: { yaml: task("old 0.6") } },
  };
  for (const version of ["0.5.0", "0.6.0", "0.10.0"])
    answers[`${LIST}/${version}`] = { data: { manifestRaw: task(version) } };
});

const run = (
  params: Readonly<Record<string, string>>,
  kind = "TaskRun",
  ref = "taskRef",
) => `apiVersion: tekton.dev/v1
kind: ${kind}
metadata: {name: run}
spec:
  ${ref}:
    resolver: hub
    params: ${JSON.stringify(Object.entries({ name: "scan", url: origin, ...params }).map(([name, value]) => ({ name, value })))}
`;
const fetched = (text: string, options?: FetchOptions) =>
  fetchRefs(load([{ path: "run.yaml", text }]), options);
const imageOf = async (text: string, options?: FetchOptions) => {
  const step = resolve((await fetched(text, options)).loaded).tasks[0]?.spec.steps[0];
  return step?.kind === "step" ? step.step.image : undefined;
};
const refusal = async (text: string, options?: FetchOptions): Promise<string> => {
  try {
    await fetched(text, options);
    return "";
  } catch (error) {
    if (error instanceof UserError)
      return error.diagnostics.map(({ code, message }) => `${code}: ${message}`).join();
    throw error;
  }
};

describe("a version", () => {
  test.each([
    [{ version: "0.6" }, "0.6.0"],
    [{ version: "0.6.0", type: "artifact", kind: "task" }, "0.6.0"],
    [{ version: ">= 0.5" }, "0.10.0"],
    [{ version: ">= 0.5, < 0.10" }, "0.6.0"],
    [{ version: "~> 0.5.0" }, "0.5.0"],
    [{ version: "0.6.0", type: "tekton" }, "old 0.6"],
    [{ version: "> 0.5", type: "tekton" }, "old 0.6"],
  ])("%j is %s", async (params, image) => expect(await imageOf(run(params))).toBe(image));

  test("that is written is not asked for", async () => {
    await fetched(run({ version: "0.6" }));
    expect(asked).toEqual([`${LIST}/0.6.0`]);
  });
});

test("names do not lead out of the address", async () => {
  await refusal(run({ version: "0.6", name: "../../x?y#z", catalog: "a/b" }));
  expect(asked).toEqual(["/api/v1/packages/tekton-task/a%2Fb/..%2F..%2Fx%3Fy%23z/0.6.0"]);
});

test("the lock pins the version: a newer one means nothing", async () => {
  const text = run({ version: ">= 0.5" });
  const { lock } = await fetched(text);
  expect([...lock.values()]).toMatchObject([{ resolver: "hub", pin: { version: "0.10.0" } }]);
  answers[LIST] = { available_versions: [{ version: "0.5.0" }] };
  const kept = parseLock(printLock(lock), "baton.lock");
  expect(await imageOf(text, { lock: kept, locked: true })).toBe("0.10.0");
  expect(await imageOf(text, { lock: kept, update: true })).toBe("0.5.0");
  answers[`${LIST}/0.10.0`] = { data: { manifestRaw: task("forged") } };
  expect(await refusal(text, { lock: kept, locked: true })).toMatch(/^lock-mismatch/);
});

describe("in words", () => {
  test.each([
    [{ version: "9" }, /^fetch-failed: .*answers 404/],
    [{ version: "> 9" }, /has no version > 9/],
    [{ version: "newest" }, /has no version newest/],
    [{ version: "0.6", type: "other" }, /no hub of type "other"/],
    [{ version: "0.6", kind: "secret" }, /no kind "secret"/],
    [{ version: "0.6", kind: "stepaction" }, /in no catalog of its own/],
    [{ version: "0.6", url: "file:///etc" }, /no address of a hub/],
    [{}, /^resolver-param: .*needs its param "version"/],
    [{ version: "0.6", bundle: "x" }, /has no param "bundle"/],
  ] as const)("%j", async (params, said) => expect(await refusal(run(params))).toMatch(said));

  test("an answer that is no JSON, or holds no text", async () => {
    answers[`${LIST}/0.5.0`] = "<html>";
    expect(await refusal(run({ version: "0.5" }))).toMatch(/is not JSON/);
    for (const answer of [{}, { data: null }, { data: { manifestRaw: 1 } }, [], "null"]) {
      answers[`${LIST}/0.5.0`] = answer;
      expect(await refusal(run({ version: "0.5" }))).toMatch(/has no manifestRaw/);
    }
  });
});

test("a constraint takes the newest that fits, whatever the order", () => {
  const version = fc.tuple(fc.nat(20), fc.nat(20));
  const written = ([major, minor]: readonly [number, number]) => `${major}.${minor}`;
  const weight = ([major, minor]: readonly [number, number]) => major * 100 + minor;
  fc.assert(
    fc.property(fc.array(version), version, (versions, wanted) => {
      const fitting = versions.filter((one) => weight(one) >= weight(wanted));
      const newest = fitting.toSorted((a, b) => weight(b) - weight(a))[0];
      const found = chosen(`>= ${written(wanted)}`, versions.map(written));
      expect(found).toBe(newest && written(newest));
      expect(chosen(`>= ${written(wanted)}, < ${written(wanted)}`, versions.map(written))).toBeUndefined();
    }),
  );
});
