// What every renderer has to keep, whatever its target. A backend's own test calls `testBackend` with a reader, which
// says what the entrypoints get once the target has read the manifest with its own rules of escaping.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { formatFlags, parseFlags, runDir } from "../../../entrypoint/protocol/index.ts";
import { substituteWords } from "../../../entrypoint/references/substitute.ts";
import type { RenderedDocument, Renderer, RenderOptions } from "../../../injector/backends/backend.ts";
import { load } from "../../../injector/documents/load.ts";
import { printDocuments } from "../../../injector/documents/print.ts";
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
  readonly renderer: Renderer<object, readonly RenderedDocument[]>;
  /** Its own. */
  readonly options?: object;
  /** Steps in the order of the manifest. */
  read(documents: readonly RenderedDocument[]): readonly Started[];
  /** Sentences about what the target's official schema refuses; empty where it is valid. */
  invalid(document: RenderedDocument): readonly string[];
}

const IMAGE = "registry.example/baton/entrypoint:1";

export function testBackend({ renderer, options, read, invalid }: BackendUnderTest): void {
  const all: RenderOptions = { entrypointImage: IMAGE, ...options };
  /** As the target gets it: printed, then parsed. */
  const printed = (plan: Plan): RenderedDocument[] =>
    printDocuments(renderer.render([plan], all))
      .split(/^---\n/m)
      .map((text) => parse(text));
  const started = (plan: Plan) => read(printed(plan));

  describe(`the ${renderer.name} backend`, () => {
    test("prints the same text for the same plan", () => {
      const once = () => printDocuments(renderer.render([cloneBuildPublish], all));
      expect(once()).toBe(once());
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
      for (const document of printed(cloneBuildPublish)) expect(invalid(document)).toEqual([]);
    });

    test("never shows a given Secret as plain text", () => {
      const token = Buffer.from("hunter2").toString("base64");
      const data = [{ kind: "Secret" as const, name: "registry", data: { token } }];
      const text = printDocuments(renderer.render([{ ...cloneBuildPublish, data }], all));
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
