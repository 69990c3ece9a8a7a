// Whatever kind of file stands where a step reads or writes: it ends at once, in words, and nothing outside is touched.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorFile } from "../../entrypoint/protocol/index.ts";
import { NATIVE, startStep, within } from "../blackbox/_entrypoint.ts";
import { type RunFolder, runFolder } from "../blackbox/_run.ts";

const SOON = 10_000;

/** Shell that puts something in the place "$1"; "$2" is a file outside with a secret in it. */
const PLANTS: Readonly<Record<string, string>> = {
  "a pipe": 'mkfifo "$1"',
  "a link to a secret": 'ln -s "$2" "$1"',
  "a link that leads nowhere": 'ln -s /nowhere/at/all "$1"',
  "a link to itself": 'ln -s "$1" "$1"',
  "a link to a device without end": 'ln -s /dev/zero "$1"',
  "a directory": 'mkdir -p "$1/in/it"',
  "ten gigabytes": 'truncate -s 10G "$1"',
};

interface Victim {
  /** Where it is planted. */
  readonly place: (run: RunFolder) => string;
  /** Flags of the step that comes to it, and words of its command. */
  readonly flags?: (run: RunFolder) => readonly string[];
  readonly words?: readonly string[];
  /** Left by the command of the step itself, and not by one before it. */
  readonly own?: boolean;
}

const refs = (run: RunFolder) => [
  "-task_refs",
  JSON.stringify({ a: { results: run.results, posts: [run.post(0)] } }),
];

const VICTIMS: Readonly<Record<string, Victim>> = {
  "a peer's status": { place: (run) => `${run.metadata(0)}/status.json` },
  "a peer's metadata directory": { place: (run) => run.metadata(0) },
  "a result of another Task": {
    place: (run) => `${run.results}/r`,
    flags: refs,
    words: ["$(tasks.a.results.r)"],
  },
  "a peer's provenance": {
    place: (run) => `${run.metadata(0)}/artifacts/provenance.json`,
    flags: (run) => [
      "-artifacts",
      JSON.stringify({
        inputs: [{ name: "a", path: run.path, from: `${run.metadata(0)}/artifacts/provenance.json` }],
      }),
    ],
  },
  "the file of its output": {
    place: (run) => run.file("log/out"),
    flags: (run) => ["-stdout_path", run.file("log/out")],
  },
  "the directory of its output": {
    place: (run) => run.file("log"),
    flags: (run) => ["-stdout_path", run.file("log/out")],
  },
  "its own termination file": { place: (run) => run.termination(1), own: true },
  "its own result": {
    place: (run) => `${run.metadata(1)}/results/r`,
    flags: () => ["-step_results", "r"],
    own: true,
  },
  "its own result of the Task": {
    place: (run) => `${run.results}/r`,
    flags: () => ["-results", "r"],
    own: true,
  },
  "its own exit code": { place: (run) => `${run.metadata(1)}/exitCode`, own: true },
  "its own provenance": {
    place: (run) => `${run.metadata(1)}/artifacts/provenance.json`,
    flags: (run) => ["-artifacts", JSON.stringify({ outputs: [{ name: "a", path: run.file("secret") }] })],
    own: true,
  },
};

describe.each(NATIVE)("$name", (build) => {
  describe.each(Object.entries(VICTIMS))(
    "%s",
    (_name, { place, flags = () => [], words = [], own = false }) => {
      test.each(Object.entries(PLANTS))("is %s", async (_what, plant) => {
        const run = runFolder();
        writeFileSync(run.file("secret"), "PLANTED-SECRET");
        const script = `mkdir -p "\${1%/*}"; rm -rf "$1"; ${plant}; exit 0`;
        const planting = ["sh", "-c", script, "sh", place(run), run.file("secret")];
        if (!own) await within(SOON, "it is planted", startStep(build, run, 0, planting).ended);
        const command = own ? planting : ["echo", ...words];
        const options = { flags: flags(run), ...(own ? {} : { after: [0] }) };
        const step = startStep(build, run, 1, command, options);
        const ended = await within(SOON, "it ends", step.ended);
        expect([run.post(1), errorFile(run.post(1))].filter(existsSync)).toHaveLength(1);
        expect(ended.stdout + ended.stderr).not.toMatch(/PLANTED-SECRET|TypeError|InternalError|\n\s+at /);
        expect(JSON.stringify(run.status(1))).not.toContain("PLANTED-SECRET");
        expect(readFileSync(run.file("secret"), "utf8")).toBe("PLANTED-SECRET");
      });
    },
  );
});
