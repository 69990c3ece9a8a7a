// Artifacts where files fail, vanish or were never left, and between fused Tasks.
import { describe, expect, test } from "vitest";
import { metadataDir, postFile, provenanceFile } from "../../../entrypoint/protocol/index.ts";
import "../../../entrypoint/artifacts/index.ts";
import { boot, exitOf, type Given, statusAt, World } from "../_world.ts";

const DATA = "/workspace/data";
const outputs = (path = DATA) => JSON.stringify({ outputs: [{ name: "data", path }] });
const inputs = (path = DATA) =>
  JSON.stringify({ inputs: [{ name: "data", path, from: provenanceFile(metadataDir(0)) }] });

function planted(files: Readonly<Record<string, string>> = { a: "1", b: "2" }): World {
  const world = new World();
  world.files.makeDirectory(DATA);
  for (const [name, text] of Object.entries(files)) world.files.publish(`${DATA}/${name}`, text, 0o644);
  return world;
}

async function play(world: World, ...steps: readonly Given[]) {
  const booted = steps.map((step, at) => boot(world, at, step));
  // Time stands still while a module is loaded.
  const codes = Promise.all(booted.map(({ exit }) => exit));
  for (const step of booted) await exitOf(world, step);
  const exits = await codes;
  return { exits, states: steps.map((_, at) => statusAt(world, at)) };
}

describe("a file that cannot be hashed", () => {
  test.each([
    ["may not be read", "digest", "EACCES"],
    ["vanishes", "digest", "ENOENT"],
    ["is in a folder that may not be looked into", "list", "EACCES"],
    ["has no type to be told", "entry", "EIO"],
  ])("because it %s fails the step by the file's name", async (_why, call, code) => {
    const fault = (operation: string, path: string) =>
      operation === call && path.startsWith(DATA) ? code : undefined;
    const { states } = await play(planted(), { artifacts: outputs(), fault });
    expect(states[0]).toMatchObject({ state: "failed", by: "entrypoint", reason: "ArtifactInvalid" });
    expect(states[0]?.message).toContain(`artifact "data": ${DATA}`);
  });

  test("because there is no room for the list of files cannot be recorded, and the step says so", async () => {
    const fault = (operation: string, path: string) =>
      operation === "overwrite" && path.includes("/artifacts/") ? "ENOSPC" : undefined;
    const { exits, states } = await play(planted(), { artifacts: outputs(), fault }, { artifacts: inputs() });
    expect(exits).toEqual([1, 1]);
    expect(states[0]).toMatchObject({ state: "failed", reason: "CannotRecord" });
    expect(states[1]).toMatchObject({ state: "skipped", cause: { step: "s0" } });
  });
});

describe("between fused Tasks", () => {
  const refs = JSON.stringify({
    a: { results: "", posts: [postFile(0)], artifacts: { data: provenanceFile(metadataDir(0)) } },
  });
  const words: string[] = [];
  const programs = {
    echo: ({ argv }: { readonly argv: readonly string[] }) => {
      words.splice(0, words.length, ...argv.slice(1));
      return 0;
    },
  };
  const asks = ["echo", "$(tasks.a.outputs.data.uri)", "$(tasks.a.outputs.data.digest)"];

  test("uri and digest are replaced at the turn", async () => {
    const world = planted();
    const one = { artifacts: outputs(`${DATA}/a`), task_name: "a" };
    const { exits } = await play(world, one, { command: asks, task_name: "b", task_refs: refs, programs });
    expect(exits).toEqual([0, 0]);
    expect(words).toEqual([`file://${DATA}/a`, `sha256:${world.files.sha256Of("1")}`]);
  });

  test("a Task that needs an artifact of one that was skipped is skipped, before anything is hashed", async () => {
    const guard = '[{"input":"$(tasks.a.outputs.data.digest)","operator":"notin","values":[]}]';
    const skipped = { artifacts: outputs(), task_name: "a", task_when: '[{"input":"","operator":"in"}]' };
    const consumer = { artifacts: inputs(), task_name: "b", task_refs: refs, task_when: guard };
    const { exits, states } = await play(planted(), skipped, consumer);
    expect(exits).toEqual([0, 0]);
    expect(states[1]).toMatchObject({ state: "skipped", reason: "InputsSkipped" });
  });

  test("each attempt of a Task leaves artifacts of its own", async () => {
    const end = { task_retries: 1, task_end: postFile(1), task_name: "a" };
    let tried = 0;
    const write = ({ files }: { readonly files: World["files"] }) => {
      files.publish(`${DATA}/a`, `attempt ${++tried}`, 0o644);
      return 0;
    };
    const world = planted();
    const fails = { once: () => (tried === 1 ? 1 : 0), write };
    const { exits } = await play(
      world,
      { ...end, command: ["write"], programs: fails, artifacts: outputs() },
      { ...end, command: ["once"], programs: fails, artifacts: inputs() },
    );
    expect(exits).toEqual([0, 0]);
    expect(tried).toBe(2);
    expect(statusAt(world, 1)?.artifacts?.inputs).toEqual(
      statusAt(world, 0)?.artifacts?.outputs?.map((one) => one),
    );
  });
});
