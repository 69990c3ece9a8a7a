// What one step may ask of the Tasks that are fused with its own.
import { expect, test } from "vitest";
import { StepFault } from "../../../entrypoint/endings/fault.ts";
import { World } from "../../../entrypoint/hosts/memory.ts";
import type { StepStatus, TaskRef } from "../../../entrypoint/protocol/index.ts";
import { substituteText } from "../../../entrypoint/references/substitute.ts";
import { taskReader } from "../../../entrypoint/references/task-references.ts";

const values = (uri: string) => [{ uri, digest: { sha256: "0" } }];
const provenance = (...outputs: readonly (readonly [string, string])[]) =>
  JSON.stringify({ outputs: outputs.map(([name, uri]) => ({ name, values: values(uri) })) });
const FILES: Readonly<Record<string, string>> = {
  "/t/0/results/url": "u0",
  "/t/2/results/url": "u2",
  "/t/2/lifted": "l2",
  "/own/provenance.json": provenance(["image", "pkg:a"]),
  "/step/provenance.json": provenance(["image", "pkg:b"], ["image", "pkg:a"], ["other", "pkg:c"]),
};

function ask(text: string, ref: Partial<TaskRef>, status: Partial<StepStatus> = {}): string {
  const host = new World().boot();
  const known = { protocol: 1, step: "s", attempt: 1, waitingSince: "2026-01-01T00:00:00.000Z" };
  const record = JSON.stringify({ ...known, ...status });
  const files = { ...FILES, "/run/0/status/status.json": record, "/run/0/out.err": "" };
  for (const [file, content] of Object.entries(files)) {
    host.makeDirectory(file.slice(0, file.lastIndexOf("/")));
    host.publish(file, content, 0o644);
  }
  return substituteText(text, taskReader(host, { t: { results: "/t/0/results", posts: [], ...ref } }));
}

const instances = [0, 1, 2].map((at) => ({
  results: `/t/${at}/results`,
  ...(at === 2 ? { files: { lifted: "/t/2/lifted" } } : {}),
}));

test.each([
  ["$(tasks.t.matrix.url.length)", "2"],
  ["$(tasks.t.matrix.lifted.length)", "1"],
  ["$(tasks.t.matrix.none.length)", "0"],
])("of a matrix %s counts the Tasks that have left it: %s", (text, count) => {
  expect(ask(text, { instances })).toBe(count);
});

test("what is no matrix has no length", () => {
  expect(() => ask("$(tasks.t.matrix.url.length)", {})).toThrow(StepFault);
});

test.each([
  ["its own file", ["/own/provenance.json", "/nowhere"], "image", ["pkg:a"]],
  [
    "its own and its steps', each value once",
    ["/own/provenance.json", "/step/provenance.json"],
    "image",
    ["pkg:a", "pkg:b"],
  ],
  ["a step's", ["/own/provenance.json", "/step/provenance.json"], "other", ["pkg:c"]],
])("an artifact that nobody declares is read from %s", (_where, files, name, uris) => {
  const text = ask(`$(tasks.t.outputs.${name})`, { provenance: files });
  expect(JSON.parse(text)).toEqual(uris.flatMap(values));
  expect(ask(`$(tasks.t.outputs.${name}.uri)`, { provenance: files })).toBe(uris[0]);
});

test("an artifact that is in none of them is a fault", () => {
  const ref = { provenance: ["/own/provenance.json"] };
  expect(() => ask("$(tasks.t.outputs.none)", ref)).toThrow('has no output "none"');
  expect(() => ask("$(tasks.t.inputs.image)", ref)).toThrow('has no input "image"');
});

test.each([
  ["failed", true, "FailureIgnored"],
  ["failed", false, "Failed"],
  ["timedOut", true, "TaskRunTimeout"],
  ["cancelled", true, "TaskRunCancelled"],
  ["succeeded", true, "Succeeded"],
] as const)("the reason of a Task that has %s, tolerated: %s, is %s", (state, tolerated, reason) => {
  const ref = { posts: ["/run/0/out"], tolerated };
  expect(ask("$(tasks.t.reason)", ref, { state })).toBe(reason);
});
