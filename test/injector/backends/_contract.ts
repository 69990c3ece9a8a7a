// What every renderer has to keep, whatever its target. A backend's own test calls `testBackend` with a reader, which
// says what the entrypoints get once the target has read the manifest with its own rules of escaping.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { formatFlags, parseFlags, runDir } from "../../../entrypoint/protocol/index.ts";
import { substituteWords } from "../../../entrypoint/references/substitute.ts";
import type { RenderedDocument, Renderer, RenderOptions } from "../../../injector/backends/backend.ts";
import { textOf } from "../../../injector/backends/compile.ts";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import type { Plan, PlannedStep } from "../../../injector/plan/model/plan.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";
import { expandVariables } from "../../../injector/substitute/expansion.ts";
import { chain, cloneBuildPublish } from "./_plans.ts";

/** A step's container as its target starts it. */
export interface Started {
  readonly id: string;
  readonly image: string;
  /** The whole argv, the entrypoint's own path first. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** By path; of two mounts at nested paths the deeper one counts. */
  readonly mounts: readonly { readonly path: string; readonly readOnly: boolean; readonly volume: string }[];
}

export interface BackendUnderTest {
  readonly renderer: Renderer;
  /** Its own. */
  readonly options?: object;
  /** Steps in the order of the manifest, as the target reads its text. */
  read(text: string): readonly Started[];
  /** Sentences about what the target's official schema refuses; empty where it is valid. */
  invalid(text: string): readonly string[];
}

/** How a target that takes YAML reads it. */
export const ofYaml = (
  read: (documents: readonly RenderedDocument[]) => readonly Started[],
  invalid: (document: RenderedDocument) => readonly string[],
): Pick<BackendUnderTest, "read" | "invalid"> => ({
  read: (text) => read(documentsIn(text)),
  invalid: (text) => documentsIn(text).flatMap(invalid),
});

const documentsIn = (text: string): RenderedDocument[] => text.split(/^---\n/m).map((one) => parse(one));

const IMAGE = "registry.example/baton/entrypoint:1";

export function testBackend({ renderer, options, read, invalid }: BackendUnderTest): void {
  const all: RenderOptions = { entrypointImage: IMAGE, ...options };
  const printed = (plan: Plan): string => textOf(renderer.render([plan], all));
  const started = (plan: Plan) => read(printed(plan));

  describe(`the ${renderer.name} backend`, () => {
    test("prints the same text for the same plan", () => {
      expect(printed(cloneBuildPublish)).toBe(printed(cloneBuildPublish));
    });

    test("has every step, in order, with its image and its flags", () => {
      const steps = started(cloneBuildPublish);
      expect(steps.map(({ id, image }) => ({ id, image }))).toEqual(
        cloneBuildPublish.steps.map(({ id, image }) => ({ id, image })),
      );
      for (const [index, step] of cloneBuildPublish.steps.entries()) {
        const parsed = parseFlags(steps[index]?.argv.slice(1) ?? []);
        expect(parsed.ok && parsed.flags).toMatchObject(stable(step));
      }
    });

    test("lets a step write its own run directory and no other", () => {
      const steps = started(cloneBuildPublish);
      for (const [index, { mounts }] of steps.entries())
        for (const other of steps.keys())
          expect(writable(mounts, `${runDir(other)}/out`), `step ${index} in ${other}`).toBe(other === index);
    });

    test("gives the entrypoint the words of the plan, whatever characters are in them", () => {
      const word = fc.oneof(
        fc.string({
          unit: fc.constantFrom("$", "(", ")", "{", "}", "A", "'", '"', "\n", "\\", " ", "#", ":"),
        }),
        fc.string({ unit: "grapheme" }),
        fc.constantFrom(
          "$(steps.a.results.b)",
          "$(HOME)",
          "$$(date)",
          "$HOME",
          "yes",
          "1e3",
          "null",
          "- x",
          "~",
        ),
      );
      fc.assert(
        fc.property(
          fc.array(word),
          word.filter((text) => text !== ""),
          word,
          (args, command, value) => {
            const plan = chain("fuzz", [
              { name: "a", command: [command], args, env: [{ name: "A", value }] },
            ]);
            const [step] = started(plan);
            const environment = expanded({ HOME: "/tekton/home", A: value });
            expect(step?.env).toMatchObject(environment);
            const words = [command, ...args].map((text) =>
              expandVariables(text, (name) => environment[name]),
            );
            expect(step?.argv.slice(step.argv.indexOf("-entrypoint") + 1)).toEqual([
              words[0],
              "--",
              ...words.slice(1),
            ]);
          },
        ),
        { numRuns: 200 },
      );
    });

    test("what comes in by a param arrives as it is, whatever it looks like", () => {
      fc.assert(
        fc.property(hostileText, hostileText, (text, other) => {
          const [, step] = started(given(text, other));
          expect(commandOf(step)).toEqual(["show", text, `$${text}${other}`, `a RESULT ${text}`, other]);
          const environment = [step?.env["TEXT"] ?? "", step?.env["BOTH"] ?? ""];
          expect(answered(environment)).toEqual([text, `${text}$${other}`]);
        }),
        { numRuns: 200 },
      );
    });

    test("passes flags untouched, references and JSON in them included", () => {
      const flags = {
        when_expressions: '[{"input":"$(HOME) $$ $(steps.a.results.b)","operator":"in","values":["$"]}]',
      };
      const plan = chain("flags", [{ name: "a" }]);
      const [step] = plan.steps;
      const [got] = started({ ...plan, steps: [{ ...(step as PlannedStep), flags }] });
      expect(got?.argv.join(" ")).toContain(formatFlags(flags).join(" "));
    });

    test("is valid for the target's official schema", () => {
      expect(invalid(printed(cloneBuildPublish))).toEqual([]);
    });

    test("never shows a given Secret as plain text", () => {
      const token = Buffer.from("hunter2").toString("base64");
      const data = [{ kind: "Secret" as const, name: "registry", data: { token } }];
      const text = printed({ ...cloneBuildPublish, data });
      expect(text).toContain("registry");
      expect(text).not.toContain("hunter2");
    });
  });
}

/** Texts of what means something to a kubelet, to the entrypoint, or to a target, in front of each other and in halves. */
const hostileText = fc
  .array(
    fc.constantFrom(
      ...[
        "$(TOKEN)",
        "$(steps.login.results.token)",
        "$(tasks.t.results.token)",
        "$(context.task.retry-count)",
      ],
      ...[
        "$(context.dollar)",
        "$(params.text)",
        "$$",
        "$",
        "(",
        "(TOKEN)",
        "(steps.login.results.token)",
        ")",
      ],
      ...[
        "{{",
        "}}",
        "$" + "{TOKEN}",
        "$TOKEN",
        " ",
        "x",
        "\n",
        "'",
        '"',
        "$(workspaces.w.path)",
        "$(results.r.path)",
      ],
    ),
    { maxLength: 5 },
  )
  .map((pieces) => pieces.join(""));

/** A Task whose second step is given these texts, beside a variable and a result that they may name. */
function given(text: string, other: string): Plan {
  const document = {
    apiVersion: "tekton.dev/v1",
    kind: "Task",
    metadata: { name: "t" },
    spec: {
      params: [
        { name: "text" },
        { name: "other", default: "unused" },
        { name: "copy", default: "$(params.other)" },
      ],
      steps: [
        { name: "login", image: "i", command: ["true"], results: [{ name: "token" }] },
        {
          name: "show",
          image: "i",
          command: ["show"],
          args: [
            "$(params.text)",
            "$$(params.text)$(params.copy)",
            "a $(steps.login.results.token) $(params.text)",
            "$(params.copy)",
          ],
          env: [
            { name: "TOKEN", value: "LOOKED-INTO" },
            { name: "TEXT", value: "$(params.text)" },
            { name: "BOTH", value: "$(params.text)$$(params.other)" },
          ],
        },
      ],
    },
  };
  const loaded = load([{ path: "t.yaml", text: JSON.stringify(document) }]);
  const params = Object.entries({ text, other }).map(([name, value]) => ({ name, text: value }));
  const [only] = plan(resolve(loaded, { params })).plans;
  if (only === undefined) throw new Error("no plan");
  return only;
}

/** What a step's command gets once the entrypoint, too, has replaced what it replaces. */
function commandOf(step: Started | undefined): readonly string[] {
  const argv = step?.argv ?? [];
  const at = argv.indexOf("-entrypoint") + 1;
  return answered([argv[at] ?? "", ...argv.slice(at + 2)]);
}

const answered = (words: readonly string[]): readonly string[] =>
  substituteWords(words, ({ path: [room = ""] }) =>
    ["steps", "tasks", "context"].includes(room) ? "RESULT" : undefined,
  );

/** What a renderer may not touch: it may move the termination message and say how long it may be. */
function stable({ flags }: PlannedStep) {
  const { termination_path: _path, termination_budget: _budget, linger: _linger, ...rest } = flags;
  return rest;
}

function expanded({ HOME, A }: { HOME: string; A: string }): Record<string, string> {
  return { HOME, A: expandVariables(A, (name) => (name === "HOME" ? HOME : undefined)) };
}

export function writable(mounts: Started["mounts"], path: string): boolean {
  const around = mounts.filter((mount) => path === mount.path || path.startsWith(`${mount.path}/`));
  const deepest = around.sort((a, b) => a.path.length - b.path.length).at(-1);
  return deepest !== undefined && !deepest.readOnly;
}
