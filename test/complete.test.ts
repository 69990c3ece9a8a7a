// What has to change together, the compiler says: each change here is begun and not finished, in a copy of the sources.
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** A text of a file, what stands there instead, and the files that then have errors. */
const CHANGES = [
  {
    what: "a field of a step has a schema, a writer, a time and a carrier, and comes out as TypeScript",
    file: "injector/documents/spec/task.ts",
    text: "  readonly displayName?: string;\n  readonly ref",
    instead: "  readonly displayName?: string;\n  readonly umask?: string;\n  readonly ref",
    errors: [
      "injector/documents/step-fields.ts",
      "injector/documents/load/schema/task.ts",
      "injector/generate/step.ts",
    ],
  },
  {
    what: "a $(context.…) has places where it means something, and a value",
    file: "injector/documents/contexts.ts",
    text: "export const CONTEXTS = {",
    instead: 'export const CONTEXTS = {\n  "step.index": "which step it is",',
    errors: ["injector/documents/variables.ts", "injector/plan/bind/task.ts"],
  },
  {
    what: "an event of a run is shown on every screen",
    file: "injector/record/record.ts",
    text: '  | { readonly type: "taskFinished";',
    instead:
      '  | { readonly type: "stepWaiting"; readonly at: string }\n  | { readonly type: "taskFinished";',
    errors: ["injector/cli/screen/plain.ts", "injector/cli/screen/live.ts", "injector/cli/screen/github.ts"],
  },
  {
    what: "a backend has a name, says what it can be told, and renders",
    file: "injector/backends/index.ts",
    text: "export const RENDERERS = {",
    instead: 'export const RENDERERS = {\n  systemd: async () => ({ name: "systemd" }),',
    errors: ["injector/backends/index.ts"],
  },
  {
    what: "an option of a backend is one of its flags",
    file: "injector/backends/kubernetes/options.ts",
    text: "  readonly restricted?: boolean;",
    instead: "  readonly restricted?: boolean;\n  readonly quiet?: boolean;",
    errors: ["injector/backends/kubernetes/options.ts"],
  },
  {
    what: "a kind of flag is read",
    file: "entrypoint/protocol/flag-table.ts",
    text: 'export type FlagKind = "string"',
    instead: 'export type FlagKind = "octal" | "string"',
    errors: ["entrypoint/protocol/flags.ts"],
  },
  {
    what: "an ending has an exit code, a word and a mark",
    file: "entrypoint/protocol/status.ts",
    text: '  | "lost"',
    instead: '  | "lost"\n  | "evicted"',
    errors: ["injector/record/outcome.ts", "injector/cli/screen/live.ts"],
  },
];

let folder: string;
let errors: string;
beforeAll(async () => {
  folder = await mkdtemp(join(root, "node_modules/.complete-"));
  for (const name of ["entrypoint", "injector", "images", "package.json"])
    await cp(join(root, name), join(folder, name), { recursive: true });
  for (const { file, text, instead } of CHANGES) {
    const before = await readFile(join(folder, file), "utf8");
    expect(before.split(text), file).toHaveLength(2);
    await writeFile(join(folder, file), before.replace(text, instead));
  }
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { noEmit: true },
    include: ["injector"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = promisify(execFile)(join(root, "node_modules/.bin/tsc"), ["-p", folder, "--pretty", "false"]);
  errors = await tsc.then(
    () => "",
    ({ stdout }) => stdout,
  );
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

test.each(CHANGES)("$what", (change) => {
  const wrong = new Set(
    [...errors.matchAll(/^(\S+?)\(\d+,\d+\): error/gm)].map(([, file = ""]) =>
      file.replace(/^.*\.complete-[^/]+\//, ""),
    ),
  );
  expect([...wrong]).toEqual(expect.arrayContaining([...change.errors]));
});
