import { join } from "node:path";
import { execaSync } from "execa";
import { beforeAll } from "vitest";
import { testHostProgram } from "../contract/report.ts";

const root = join(import.meta.dirname, "../..");

beforeAll(() => {
  execaSync("make", ["-s", "build/test/host-contract"], { cwd: root, stderr: "inherit" });
}, 600_000);

testHostProgram("quickjs", () => [join(root, "build/test/host-contract")]);
