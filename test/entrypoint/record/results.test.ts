// What leaves a step: results and artifacts in the termination message.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { World as Machine } from "../../../entrypoint/hosts/memory.ts";
import { type MessageEntry, ResultType } from "../../../entrypoint/protocol/index.ts";
import { composeMessage } from "../../../entrypoint/record/termination.ts";
import { decodeBase64 } from "../../../entrypoint/text/base64.ts";
import { boot, exitOf, type Given, posted, World } from "../_world.ts";

const TASK = "/tekton/results";
const OWN = "/tekton/run/0/status/results";

async function entriesAfter(given: Given, world = prepared()): Promise<readonly MessageEntry[]> {
  await exitOf(world, boot(world, 0, given));
  return JSON.parse(world.files.read("/termination-0", 1e9) ?? "[]");
}

function prepared(): World {
  const world = new World();
  for (const directory of [TASK, "/tekton/artifacts"]) world.files.makeDirectory(directory);
  return world;
}

test("declared results are reported verbatim with their types, undeclared ones are not", async () => {
  const entries = await entriesAfter({
    command: ["write", `${TASK}/a`, "1\n", `${TASK}/secret`, "x", `${OWN}/b`, "2", `${OWN}/other`, "y"],
    results: ["a", "missing"],
    step_results: ["b"],
  });
  expect(entries).toEqual([
    { key: "a", value: "1\n", type: ResultType.taskResult },
    { key: "b", value: "2", type: ResultType.stepResult },
    { key: "StartedAt", value: expect.stringMatching(/^2026-.*Z$/), type: ResultType.internal },
  ]);
});

test("a result is there for every user, whatever its own thought of the others", async () => {
  const world = prepared();
  const strict = ({ files }: { readonly files: World["files"] }) => {
    files.publish(`${TASK}/a`, "said", 0o600);
    files.publish(`${OWN}/b`, "too", 0o640);
    return 0;
  };
  const given = { command: ["strict"], results: ["a"], step_results: ["b"], programs: { strict } };
  const [a, b] = await entriesAfter(given, world);
  expect([a?.value, b?.value]).toEqual(["said", "too"]);
  expect(world.files.stat(`${TASK}/a`)?.mode).toBe(0o644);
  expect(world.files.stat(`${OWN}/b`)?.mode).toBe(0o644);
});

test("results of a command that failed are reported too", async () => {
  const entries = await entriesAfter({
    command: ["fail"],
    results: ["a"],
    programs: {
      fail: ({ files }) => {
        files.publish(`${TASK}/a`, "said", 0o644);
        return 1;
      },
    },
  });
  expect(entries[0]).toEqual({ key: "a", value: "said", type: ResultType.taskResult });
});

test("a result of an earlier step is reported again only when it changed", async () => {
  const world = prepared();
  world.files.publish(`${TASK}/kept`, "same", 0o644);
  world.files.publish(`${TASK}/changed`, "old", 0o644);
  const command = ["write", `${TASK}/changed`, "new", `${TASK}/kept`, "same"];
  const entries = await entriesAfter({ command, results: ["kept", "changed"] }, world);
  expect(entries.map(({ key }) => key)).toEqual(["changed", "StartedAt"]);
});

test("artifacts are reported by the path of their file", async () => {
  const [own, shared] = [
    "/tekton/run/0/status/artifacts/provenance.json",
    "/tekton/artifacts/provenance.json",
  ];
  const entries = await entriesAfter({ command: ["write", own, '{"outputs":[]}', shared, "{}"] });
  expect(entries.slice(0, 2)).toEqual([
    { key: shared, value: "{}", type: ResultType.taskArtifacts },
    { key: own, value: '{"outputs":[]}', type: ResultType.stepArtifacts },
  ]);
});

test("what the command wrote into the termination file is gone, and its own keys cannot pass for ours", async () => {
  const entries = await entriesAfter({
    command: [
      "write",
      "/termination-0",
      '[{"key":"Reason","value":"Cancelled","type":3}]',
      `${TASK}/ExitCode`,
      "7",
    ],
    results: ["ExitCode"],
    on_error: "continue",
  });
  expect(entries.map(({ key, type }) => [key, type])).toEqual([
    ["ExitCode", ResultType.taskResult],
    ["StartedAt", ResultType.internal],
  ]);
});

test("with sidecar-logs only the internal keys are written", async () => {
  const command = ["write", `${TASK}/a`, "1"];
  const entries = await entriesAfter({ command, results: ["a"], result_from: "sidecar-logs" });
  expect(entries.map(({ key }) => key)).toEqual(["StartedAt"]);
});

test("a pipe or a directory where a result should be is no result", async () => {
  const world = prepared();
  world.files.makeDirectory(`${TASK}/folder`);
  world.boot().hold(`${TASK}/pipe`);
  const entries = await entriesAfter({ results: ["folder", "pipe"] }, world);
  expect(entries.map(({ key }) => key)).toEqual(["StartedAt"]);
});

test("a result that cannot be read fails the step, which says so", async () => {
  const world = prepared();
  const fault = (operation: string, path: string) =>
    operation === "readBytes" && path === `${TASK}/a` ? "EACCES" : undefined;
  const step = boot(world, 0, { command: ["write", `${TASK}/a`, "1"], results: ["a"], fault });
  expect(await exitOf(world, step)).toBe(1);
  expect(posted(world, 0)).toBe("error");
  expect(step.host.logged.join()).toContain("a result cannot be read");
});

describe("a message", () => {
  const file = fc.record({ key: fc.stringMatching(/^[a-z]{1,8}$/), value: fc.string({ maxLength: 3_000 }) });
  const files = fc.uniqueArray(file, { selector: ({ key }) => key, maxLength: 6 });
  const internal = [{ key: "StartedAt", value: "now", type: ResultType.internal }];

  function compose(
    given: readonly { key: string; value: string }[],
    overflow: "fail" | "spill",
    compress: boolean,
  ) {
    const host = new Machine().boot();
    const candidates = given.map(({ key, value }) => {
      const path = `/${key}`;
      host.publish(path, value, 0o644);
      return {
        key,
        place: { root: "/", path: key },
        type: ResultType.taskResult,
        size: Buffer.byteLength(value),
      };
    });
    return {
      host,
      message: composeMessage(host, candidates, internal, { budget: 2_048, overflow, compress }),
    };
  }

  function unpack(host: ReturnType<Machine["boot"]>, text: string): readonly MessageEntry[] {
    if (!text.startsWith("tknz:")) return JSON.parse(text);
    return JSON.parse(host.inflate(decodeBase64(text.slice(5)) ?? new Uint8Array(), 131_072));
  }

  test("fits its budget and holds every value, or names the largest result", () => {
    fc.assert(
      fc.property(files, fc.boolean(), (given, compress) => {
        const { host, message } = compose(given, "fail", compress);
        if (!message.ok) {
          const largest = Math.max(...given.map(({ value }) => Buffer.byteLength(value)));
          expect(message.problem).toContain(`with ${largest} bytes`);
          return;
        }
        expect(Buffer.byteLength(message.text)).toBeLessThanOrEqual(2_048);
        const values = given.map(({ key, value }) => ({ key, value: value.toWellFormed(), type: 1 }));
        expect(unpack(host, message.text)).toEqual([...values, ...internal]);
      }),
    );
  });

  test("that spills leaves out the largest values first, each with its digest", () => {
    fc.assert(
      fc.property(files, fc.boolean(), (given, compress) => {
        const { host, message } = compose(given, "spill", compress);
        if (!message.ok) throw new Error(message.problem);
        const entries = unpack(host, message.text).slice(0, -1);
        const kept = entries.filter(({ ref }) => ref === undefined);
        const left = entries.filter(({ ref }) => ref !== undefined);
        const size = (key: string) => Buffer.byteLength(given.find((one) => one.key === key)?.value ?? "");
        for (const { key, value, ref } of left) {
          expect({ value, ref }).toEqual({
            value: "",
            ref: { uri: `file:///${key}`, digest: { sha256: host.sha256(`/${key}`, 1e9) }, size: size(key) },
          });
          for (const other of kept) expect(size(other.key)).toBeLessThanOrEqual(size(key));
        }
      }),
    );
  });
});

test("a result too large to read is refused, or referred to, by its size alone", async () => {
  const huge = "x".repeat(300_000);
  const command = ["write", `${TASK}/huge`, huge];
  const read: string[] = [];
  const fault = (operation: string, path: string) => {
    if (operation === "readBytes") read.push(path);
    return undefined;
  };
  const spilled = await entriesAfter({ command, results: ["huge"], result_overflow: "spill", fault });
  expect(spilled[0]).toMatchObject({ key: "huge", value: "", ref: { size: 300_000 } });
  const world = prepared();
  await entriesAfter({ command, results: ["huge"], fault }, world);
  expect(posted(world, 0)).toBe("error");
  expect(read.filter((path) => path.startsWith(TASK))).toEqual([]);
});

test.each(["fail", "spill"])(
  "a pod of hundreds of containers has no room for internal keys: %s",
  async (overflow) => {
    const world = prepared();
    const given = {
      command: ["write", `${TASK}/other`, "x"],
      termination_budget: 40,
      result_overflow: overflow,
    };
    expect(await exitOf(world, boot(world, 0, given))).toBe(0);
    expect(world.files.read("/termination-0", 1e9)).toBe("[]");
  },
);
