// A folder is a test: what test/golden/plan/<case>/*.yaml compile to is in test/golden/render/<case>/<backend>.yaml, or
// in <backend>.txt why it cannot be. All of it is valid for the target's official schema. `vitest -u` rewrites them.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { compile, type RendererName } from "../../../injector/backends/compile.ts";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";
import { invalidForArgo } from "./_argo.ts";
import { invalidForCompose } from "./_compose.ts";
import { invalidForKubernetes } from "./_kubernetes.ts";
import { invalidForTekton } from "./_tekton.ts";

const GOLDEN = join(import.meta.dirname, "../../golden");

const BACKENDS = {
  kubernetes: invalidForKubernetes,
  podman: invalidForKubernetes,
  compose: invalidForCompose,
  argo: invalidForArgo,
  tekton: invalidForTekton,
} satisfies Readonly<Record<RendererName, unknown>>;

describe.each(Object.entries(BACKENDS))("%s", (name, invalid) => {
  test.each(readdirSync(join(GOLDEN, "plan")))("%s", async (golden) => {
    const from = join(GOLDEN, "plan", golden);
    const files = readdirSync(from)
      .filter((file) => file.endsWith(".yaml"))
      .map((path) => ({ path, text: readFileSync(join(from, path), "utf8") }));
    const set = plan(resolve(load(files)));
    const to = join(GOLDEN, "render", golden, name);
    try {
      const text = await compile(set, name as RendererName, {
        entrypointImage: "example.com/baton/entrypoint:1",
      });
      await expect(text).toMatchFileSnapshot(`${to}.yaml`);
      expect(existsSync(`${to}.txt`)).toBe(false);
      for (const document of parseAllDocuments(text)) expect(invalid(document.toJS())).toEqual([]);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      await expect(`${error.message}\n`).toMatchFileSnapshot(`${to}.txt`);
      expect(existsSync(`${to}.yaml`)).toBe(false);
    }
  });
});
