// Files of a layout below directories that nobody names: a ConfigMap's items may have paths of their own.
import { expect, test } from "vitest";
import { World } from "../../../entrypoint/hosts/memory.ts";
import { LAYOUT_VARIABLE, PROTOCOL_VERSION } from "../../../entrypoint/protocol/index.ts";
import { makeWholeLayout } from "../../../entrypoint/subcommands/layout.ts";

test("the directories above a file are made with it", () => {
  const file = { path: "/tekton/volumes/v/a/b/file", mode: 0o644, base64: "eA==" };
  const layout = { protocol: PROTOCOL_VERSION, directories: [], files: [file], links: [] };
  const host = new World().boot({ environment: [`${LAYOUT_VARIABLE}=${JSON.stringify(layout)}`] });
  makeWholeLayout(host);
  expect(host.read(file.path, 10)).toBe("x");
});
