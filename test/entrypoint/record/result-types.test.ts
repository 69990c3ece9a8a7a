// A result is of the type that was declared for it, or its step fails and names it.
import { expect, test } from "vitest";
import { boot, exitOf, type Given, posted, World } from "../_world.ts";

const TASK = "/tekton/results";
const OWN = "/tekton/run/0/status/results";

async function ended(
  given: Given,
): Promise<{ readonly world: World; readonly exitCode: number | undefined }> {
  const world = new World();
  for (const directory of [TASK, "/tekton/artifacts"]) world.files.makeDirectory(directory);
  return { world, exitCode: await exitOf(world, boot(world, 0, given)) };
}

const LIST = { type: "array" } as const;
const MAP = { type: "object", keys: ["a", "b"] } as const;

test.each([
  ["no JSON", "plain", LIST, "it is not JSON (plain)"],
  ["an empty file", "", LIST, "it is not JSON ()"],
  ["numbers", "[1,2]", LIST, "item 0 is no text"],
  ["lists in a list", '[["a"]]', LIST, "item 0 is no text"],
  ["a map for a list", '{"a":"b"}', LIST, 'it is {"a":"b"}'],
  ["null for a list", "null", LIST, "it is null"],
  ["a list for a map", '["a"]', MAP, 'it is ["a"]'],
  ["a text for a map", '"a"', MAP, 'it is "a"'],
  ["a key that is missing", '{"a":"x"}', MAP, 'it has no key "b"'],
  ["a key that is no text", '{"a":"x","b":1}', MAP, "key b is no text"],
])("%s fails the step", async (_case, text, type, why) => {
  for (const [directory, flag] of [
    [TASK, "result_types"],
    [OWN, "step_result_types"],
  ] as const) {
    const command = ["write", `${directory}/r`, text];
    const { world, exitCode } = await ended({ command, [flag]: JSON.stringify({ r: type }) });
    expect(exitCode).toBe(1);
    expect(posted(world, 0)).toBe("error");
    expect(world.files.read("/tekton/run/0/status/status.json", 1e6)).toContain("ResultInvalid");
    const { message } = JSON.parse(world.files.read("/tekton/run/0/status/status.json", 1e6) ?? "{}");
    expect(message).toBe(`result "r" is no ${type === LIST ? "list" : "map"} of texts: ${why}`);
  }
});

test.each([
  ["a list", '["a", "b"]', LIST],
  ["no items", "[]", LIST],
  ["a map", '{"a":"x","b":"y","more":"z"}', MAP],
])("%s is what was declared", async (_case, text, type) => {
  const command = ["write", `${TASK}/r`, text];
  expect((await ended({ command, result_types: JSON.stringify({ r: type }) })).exitCode).toBe(0);
});

test("a result that nobody wrote is none of a wrong type", async () => {
  const { exitCode } = await ended({
    command: ["write", "/x", ""],
    result_types: JSON.stringify({ r: LIST }),
  });
  expect(exitCode).toBe(0);
});

test("the last step of a Task looks at what others wrote, whether its own condition holds or not", async () => {
  const when = JSON.stringify([{ input: "a", operator: "in", values: ["b"] }]);
  const world = new World();
  for (const directory of [TASK, "/tekton/artifacts"]) world.files.makeDirectory(directory);
  world.files.publish(`${TASK}/r`, "plain", 0o644);
  const given = {
    command: ["write", "/x", ""],
    when_expressions: when,
    result_types: JSON.stringify({ r: LIST }),
  };
  expect(await exitOf(world, boot(world, 0, given))).toBe(1);
});
