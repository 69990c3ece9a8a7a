// Every ending posts: whatever stands in the flags, in the files of others and in a step's own directory, a step that knows
// its post file has one ending, in words.
import fc from "fast-check";
import { expect, test } from "vitest";
import { FLAG_TABLE, type FlagName } from "../../entrypoint/protocol/index.ts";
import { type Booted, bootArguments, World } from "../entrypoint/_world.ts";
import { attack } from "./_budget.ts";

const RUN = "/tekton/run/0";
const OWN = ["-post_file", `${RUN}/out`, "-step_metadata_dir", `${RUN}/status`, "-step_name", "s0"] as const;

/** JSON of any shape, deep ones included, as text. */
const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
);

/** Objects that look like what the flags take, with values of other types in them. */
const nearly = (shape: fc.Arbitrary<object>): fc.Arbitrary<string> =>
  fc.tuple(shape, fc.jsonValue(), fc.nat(12)).map(([value, other, at]) => {
    let count = 0;
    return JSON.stringify(value, (_, inner) => (count++ === at + 1 ? other : inner));
  });
const text = fc.oneof(fc.constantFrom("a", "/data", `${RUN}/status/x`, ""), fc.string({ unit: "binary" }));
const artifacts = nearly(
  fc.record({
    inputs: fc.array(
      fc.record(
        { name: text, path: text, from: text, digest: fc.dictionary(text, text) },
        { requiredKeys: ["name"] },
      ),
    ),
    outputs: fc.array(
      fc.record({ name: text, path: text, buildOutput: fc.boolean() }, { requiredKeys: ["name"] }),
    ),
  }),
);
const refs = nearly(
  fc.dictionary(
    fc.constantFrom("a", "", "__proto__"),
    fc.record({
      results: text,
      posts: fc.array(text),
      files: fc.dictionary(text, text),
      artifacts: fc.dictionary(text, text),
      missing: fc.constantFrom("skip", "no"),
    }),
  ),
);
const when = nearly(
  fc.array(
    fc.oneof(
      fc.record({ input: text, operator: fc.constantFrom("in", "notin"), values: fc.array(text) }),
      fc.record({ cel: fc.oneof(text, fc.constantFrom("1 == 1", "'a'.matches('a')", "[1, 2].map(x, x)")) }),
    ),
  ),
);

const VALUES: Partial<Record<FlagName, fc.Arbitrary<string>>> = {
  artifacts,
  task_refs: refs,
  when_expressions: when,
  task_when: when,
};
/** Those that only wait for somebody else, and those that would name another post file. */
const LEFT_OUT: readonly string[] = [
  ...["wait_file", "wait_settled", "linger", "breakpoint_on_failure", "debug_before_step", "follow"],
  ...["post_file", "step_metadata_dir", "step_name", "task_end", "task_retries", "retries", "retry_backoff"],
];
const flag: fc.Arbitrary<readonly string[]> = fc
  .constantFrom(...(Object.keys(FLAG_TABLE) as FlagName[]).filter((name) => !LEFT_OUT.includes(name)))
  .chain((name) =>
    FLAG_TABLE[name].kind === "bool"
      ? fc.constant<readonly string[]>([`-${name}`])
      : fc
          .oneof(VALUES[name] ?? text, json, text, fc.nat().map(String))
          .map((value): readonly string[] => [`-${name}`, value]),
  );
const MISTAKES: readonly (readonly string[])[] = [
  ["-nope"],
  ["-retries", "x"],
  ["-timeout"],
  ["stray"],
  ["--=", "-"],
  ["---x"],
];
const noise: fc.Arbitrary<readonly string[]> = fc.oneof(flag, flag, flag, fc.constantFrom(...MISTAKES));
const words = fc.array(
  fc.oneof(
    fc.constantFrom(
      "$(tasks.a.results.r)",
      "$(tasks.a.status)",
      "$(steps.a.results.r[0])",
      "$(tasks.status)",
    ),
    text,
  ),
);

test("any flags in any order end with exactly one post file, and never with a raw error", async () => {
  await attack(
    0.15,
    fc.asyncProperty(fc.array(noise, { maxLength: 6 }), fc.nat(6), words, async (given, at, operands) => {
      const world = new World();
      world.files.publish("/data", "data", 0o644);
      const flags: readonly string[] = [
        ...given.slice(0, at),
        OWN,
        ["-entrypoint", "true"],
        ...given.slice(at),
      ].flat();
      const step = bootArguments(world, [...flags, "--", ...operands]);
      expect(await endOf(step)).toEqual(expect.any(Number));
      expect(postsOf(world)).toHaveLength(1);
      expect(step.host.logged.join("\n")).not.toMatch(/TypeError|RangeError|InternalError|\n\s+at /);
    }) as never,
  );
});

/** What a step may have put where another one looks. */
const content = fc.oneof(
  json,
  nearly(
    fc.record({
      protocol: fc.constant(1),
      step: text,
      state: fc.constantFrom("running", "failed", "succeeded", "skipped", "lost"),
      attempt: fc.nat(),
      waitingSince: fc.constant("2026-01-01T00:00:00.000Z"),
      cause: fc.record({ step: text, state: text }),
      attempts: fc.array(fc.object()),
      artifacts: fc.object(),
    }),
  ),
  nearly(fc.record({ outputs: fc.array(fc.record({ name: text, values: fc.array(fc.object()) })) })),
  fc.string({ unit: "binary" }),
);
const planted = fc.oneof(
  content.map((bytes) => ({ kind: "file", bytes })),
  fc.constantFrom("/etc/secret", "/tekton/run", "loop").map((target) => ({ kind: "link", bytes: target })),
  fc.constantFrom({ kind: "directory", bytes: "" }, { kind: "socket", bytes: "" }),
);
const PLACES = [
  ...["status/status.json", "status/exitCode", "status/.status.json.reserved", "status/results/r"],
  ...["status/artifacts/provenance.json", "status/artifacts/a.sha256", "status", "out.alive"],
];

test("a step that waits for one whose files are anything ends, and reads nothing through a link", async () => {
  await attack(
    0.15,
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...PLACES), planted), { maxLength: 4 }),
      fc.constantFrom("out", "out.err"),
      async (all, posted) => {
        const world = new World();
        world.files.makeDirectory("/etc");
        world.files.publish("/etc/secret", "PLANTED", 0o644);
        world.files.makeDirectory("/tekton/steps");
        world.files.link("/tekton/steps/step-a", "/tekton/run/9/status");
        for (const directory of ["results", "artifacts"])
          world.files.makeDirectory(`/tekton/run/9/status/${directory}`);
        for (const [place, what] of all) plant(world, `/tekton/run/9/${place}`, what);
        plant(world, `/tekton/run/9/${posted}`, { kind: "file", bytes: "" });
        const refs = JSON.stringify({
          a: { results: "/tekton/run/9/status/results", posts: ["/tekton/run/9/out"] },
        });
        const artifacts = JSON.stringify({
          inputs: [{ name: "a", path: "/etc", from: "/tekton/run/9/status/artifacts/provenance.json" }],
        });
        const flags = ["-wait_file", "/tekton/run/9/out", "-task_refs", refs, "-artifacts", artifacts];
        const words = ["$(tasks.a.results.r)", "$(steps.a.results.r)", "$(tasks.a.status)"];
        const step = bootArguments(world, [...OWN, ...flags, "-entrypoint", "true", "--", ...words]);
        expect(await endOf(step)).toEqual(expect.any(Number));
        expect(postsOf(world)).toHaveLength(1);
        expect(step.host.logged.join("\n")).not.toMatch(/PLANTED|TypeError|RangeError|InternalError/);
      },
    ) as never,
  );
});

test("a step that has made anything of its own directory still posts", async () => {
  await attack(
    0.1,
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...PLACES, ".out.tmp"), fc.option(planted)), { maxLength: 5 }),
      fc.constantFrom(0, 3),
      async (all, code) => {
        const world = new World();
        world.files.publish("/elsewhere", "kept", 0o644);
        const spoil = () => {
          for (const [place, what] of all) plant(world, `${RUN}/${place}`, what ?? undefined);
          return code;
        };
        const step = bootArguments(world, [...OWN, "-step_results", "r", "-entrypoint", "spoil"], {
          programs: { spoil },
        });
        expect(await endOf(step)).toEqual(expect.any(Number));
        expect(postsOf(world)).toHaveLength(1);
        expect(world.files.read("/elsewhere", 100)).toBe("kept");
        const status = world.files.read({ root: RUN, path: "status/status.json" }, 1e6);
        expect(JSON.parse(status ?? "null")).toMatchObject({
          step: "s0",
          state: expect.stringMatching(/failed|succeeded/),
        });
      },
    ) as never,
  );
});

/** Virtual time takes next to none; what hangs is told. */
async function endOf({ exit }: Booted): Promise<number | "hangs"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"hangs">((settle) => {
    timer = setTimeout(settle, 20_000, "hangs");
  });
  return Promise.race([exit, late]).finally(() => clearTimeout(timer));
}

const postsOf = (world: World): readonly string[] =>
  (world.files.list(RUN) ?? []).filter((name) => name === "out" || name === "out.err");

/** In place of whatever is there; nothing at all where `what` is undefined. */
function plant(
  world: World,
  path: string,
  what: { readonly kind: string; readonly bytes: string } | undefined,
): void {
  const above = path.slice(0, path.lastIndexOf("/"));
  if (world.files.stat(above)?.type !== "directory") return;
  world.files.remove(path);
  if (what === undefined) return;
  if (what.kind === "file") world.files.publish(path, what.bytes, 0o644);
  else if (what.kind === "link") world.files.link(path, what.bytes);
  else if (what.kind === "directory") world.files.makeDirectory(`${path}/inside`);
  else world.boot().hold(path).release();
}
